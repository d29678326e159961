import { diagnosticsAnswer, type Diagnostics } from "../../functions/src/platform/http/diagnostics-answer.ts";
import { note, ok, problem, type Finding } from "./finding.ts";
import { compareClocks } from "./public-checks.ts";
import type { Site } from "./site.ts";

const PATH = "/v1/diagnostics/request";
/** Addresses for documentation: no client has them. */
const FORGED = {
  "x-forwarded-for": "192.0.2.123",
  "fastly-client-ip": "192.0.2.124",
  "x-real-ip": "192.0.2.125",
};

/** Checks whether the function finds the client's own address, and whether a header can change it. */
export async function checkClient(site: Site): Promise<Finding[]> {
  const answer = await site.getAsStaff(PATH);
  if (answer.status !== 200) {
    const advice = "Give the ID token of a member of staff with --token.";
    return [problem("client", `GET ${PATH} is ${answer.status}`, advice)];
  }
  const plain = diagnosticsAnswer.parse(JSON.parse(answer.text));
  const forged = diagnosticsAnswer.parse(JSON.parse((await site.getAsStaff(PATH, FORGED)).text));
  const { service, revision, region } = plain.platform;
  return [
    note("function", `${service ?? "local"} ${revision ?? ""} ${region ?? ""}`.trim()),
    judgeAddress(plain, site.isLocal),
    judgeForgery(plain, forged, site.isLocal),
    plain.limits.enabled ? ok("RATE_LIMITS", "on") : problem("RATE_LIMITS", "off", "Set RATE_LIMITS=on."),
    note("APP_CHECK", plain.app_check.mode),
    { ...compareClocks(plain.clock, answer), check: "the function's clock" },
  ];
}

/** Whether the address that limits count by is the client's and not a proxy's. */
export function judgeAddress({ client, forwarded, trusted_proxies }: Diagnostics, isLocal: boolean): Finding {
  const { address, key, forwarded_for: chain } = client;
  if (isLocal) return note("client", `local clients are told apart by nothing but their headers: ${key}`);
  const seen = `${address ?? "no address"}, forwarded by ${chain.map((one) => one.address).join(" < ") || "nobody"}`;
  if (address === null || key === "unknown") {
    return problem(
      "client",
      seen,
      "The platform names no client: report the headers of GET /v1/diagnostics/request.",
    );
  }
  const known = chain.find((one) => one.address === address)?.list;
  const edge = forwarded["fastly-client-ip"];
  if (known !== undefined && known !== null)
    return problem("client", seen, adviceToTrust(known, trusted_proxies));
  if (edge !== undefined && edge !== address) {
    return problem("client", `${seen}; Fastly-Client-IP is ${edge}`, adviceToTrust(address, trusted_proxies));
  }
  return ok("client", seen);
}

function adviceToTrust(more: string, { parameter }: Diagnostics["trusted_proxies"]): string {
  return `All customers share the limit of a proxy: set TRUSTED_PROXIES="${parameter}, ${more}" if it is one.`;
}

/** Whether headers that the client made up have changed the key. */
export function judgeForgery(plain: Diagnostics, forged: Diagnostics, isLocal: boolean): Finding {
  const [before, after] = [plain.client.key, forged.client.key];
  if (before === after) return ok("forged headers", "do not change the client");
  const seen = `change the client from ${before} to ${after}`;
  if (isLocal) return note("forged headers", `${seen}; locally nothing is in front of the function`);
  const advice = "TRUSTED_PROXIES has a range that clients call from: remove it.";
  return problem("forged headers", seen, advice);
}
