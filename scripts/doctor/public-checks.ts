import { note, ok, problem, type Finding } from "./finding.ts";
import type { Site, SiteAnswer } from "./site.ts";

const MAX_SKEW_MS = 5_000;

/** Checks the headers that every answer of the API has. */
export async function checkHeaders(site: Site, shop: string): Promise<Finding[]> {
  const [found, missing] = await Promise.all([site.get(`/v1/shops/${shop}`), site.get("/v1/no/such/thing")]);
  const reached =
    found.status === 200
      ? ok("site", `${site.url} answers for shop ${shop}`)
      : problem("site", `GET /v1/shops/${shop} is ${found.status}`, "Give the id of a shop with --shop.");
  return [
    reached,
    requireHeader(found, "strict-transport-security", /max-age=\d{7,}/),
    requireHeader(found, "x-content-type-options", /^nosniff$/),
    requireHeader(found, "cache-control", /no-store/),
    { ...requireHeader(missing, "cache-control", /no-store/), check: "cache-control of a 404" },
  ];
}

function requireHeader({ headers }: SiteAnswer, name: string, pattern: RegExp): Finding {
  const value = headers.get(name);
  if (value !== null && pattern.test(value)) return ok(name, value);
  const advice = "Something in front of the function changes its headers, or an older version is deployed.";
  return problem(name, value ?? "missing", advice);
}

/** Checks that the second of two equal questions is answered from the cache. */
export async function checkCache(site: Site, shop: string): Promise<Finding> {
  const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const path = `/availability?shop_id=${shop}&date=${date}`;
  const [first, second] = [await site.get(path), await site.get(path)];
  const seen = `${stateOf(first)}, then ${stateOf(second)}`;
  if (["HIT", "L1"].includes(stateOf(second))) return ok("cache", seen);
  const advice =
    stateOf(second) === "BYPASS"
      ? "The API takes the Cache-Control that Hosting adds for a wish for fresh data: deploy the current version."
      : "Days are not kept: see the function's log for failed fills, and CACHE_TTL_SECONDS.";
  return problem("cache", seen, advice);
}

function stateOf({ status, headers }: SiteAnswer): string {
  return headers.get("x-cache") ?? `${status} without X-Cache`;
}

/** Checks that reads are limited. */
export async function checkLimits(site: Site, shop: string): Promise<Finding> {
  const { headers } = await site.get(`/v1/shops/${shop}`);
  const policy = headers.get("ratelimit-policy");
  if (policy !== null) return ok("limits", `reads ${policy.replace(/; pk=.*/, "")}`);
  return problem("limits", "reads are not limited", "Set RATE_LIMITS=on.");
}

/** Compares the site's clock with this machine's. */
export function compareClocks(stated: string | null, { sentAt, answeredAt }: SiteAnswer): Finding {
  const time = stated === null ? NaN : Date.parse(stated);
  if (Number.isNaN(time)) return note("clock", "the site states no time");
  // A Date header has whole seconds.
  const skew = time < sentAt - 1_000 ? time - sentAt : Math.max(0, time - answeredAt);
  const seen = `${(Math.abs(skew) / 1000).toFixed(1)} s from this machine's`;
  if (Math.abs(skew) <= MAX_SKEW_MS) return ok("clock", seen);
  return problem("clock", seen, "Set this machine's clock; Google's is right.");
}
