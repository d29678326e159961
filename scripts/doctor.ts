// npm run doctor: checks a deployed or local site from outside and says what to set.
import { checkClient } from "./doctor/client-checks.ts";
import { note, type Finding } from "./doctor/finding.ts";
import { checkCache, checkHeaders, checkLimits, compareClocks } from "./doctor/public-checks.ts";
import { Site } from "./doctor/site.ts";
import { describeCommand, documentId, giveUp, httpUrl } from "./support/cli.ts";
import { unsignedIdToken } from "./support/token.ts";

const options = describeCommand(
  "doctor",
  "Checks a site: headers, client address, limits, cache, clock. Exits 1 on problems.",
)
  .requiredOption("--url <url>", "the site, e.g. https://PROJECT.web.app or http://127.0.0.1:5000", httpUrl)
  .option("--shop <id>", "a shop to ask about", documentId, "default")
  .option("--token <token>", "the ID token of a member of staff (default: a local one for a local site)")
  .parse()
  .opts<{ url: string; shop: string; token?: string }>();

const { shop } = options;
const local = new Site(options.url, null).isLocal;
const site = new Site(options.url, options.token ?? (local ? localToken(shop) : null));
const findings = await examine(site).catch((error: unknown) => {
  const { message, cause } = error as Error;
  return giveUp(`${site.url} does not answer: ${cause instanceof Error ? cause.message : message}`);
});
for (const finding of findings) console.log(lineOf(finding));
const problems = findings.filter(({ kind }) => kind === "problem").length;
console.log(problems === 0 ? "no problem found" : `${problems} of ${findings.length} checks found a problem`);
process.exitCode = problems === 0 ? 0 : 1;

async function examine(examined: Site): Promise<Finding[]> {
  const headers = await checkHeaders(examined, shop);
  const health = await examined.get("/healthz");
  return [
    ...headers,
    await checkCache(examined, shop),
    await checkLimits(examined, shop),
    compareClocks(health.headers.get("date"), health),
    ...(examined.token === null ? [note("client", "not seen: give --token")] : await checkClient(examined)),
  ];
}

function lineOf({ kind, check, seen, advice }: Finding): string {
  const line = `${kind.padEnd(8)} ${check}: ${seen}`;
  return advice === undefined ? line : `${line}\n         ${advice}`;
}

function localToken(shopId: string): string {
  const user = { uid: "local-doctor", role: "admin", shopId, mechanicId: null } as const;
  return unsignedIdToken({ ...user, email: "local-doctor@example.com" }, Date.now());
}
