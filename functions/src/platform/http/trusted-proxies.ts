import { BlockList, isIP } from "node:net";
import type { Express } from "express";

/**
 * Named lists of proxies for TRUSTED_PROXIES.
 *
 * - `loopback`, `linklocal`: names that Express knows. A function's own connections come from the platform's proxy on
 *   169.254.0.0/16, which has appended the address that it saw to X-Forwarded-For.
 * - `google`: the addresses that Google's own services call from, Hosting's among them, without those of Google Cloud's
 *   customers: the TXT records _netblocks.google.com, _netblocks2 and _netblocks3. They include Google's front ends,
 *   35.191.0.0/16 and 130.211.0.0/22 (https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header).
 * - `fastly`: https://api.fastly.com/public-ip-list, the network that Hosting uses.
 *
 * Both lists were written down without a look at these sources and compared with copies of them in public repositories.
 * Check them with `dig +short TXT _netblocks.google.com` (and the two others) and `curl
 * https://api.fastly.com/public-ip-list`; ranges in TRUSTED_PROXIES replace a list or add to it.
 */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  google: [
    ...["35.191.0.0/16", "130.211.0.0/22"],
    ...["64.233.160.0/19", "66.102.0.0/20", "66.249.80.0/20", "72.14.192.0/18", "74.125.0.0/16"],
    ...["108.177.8.0/21", "108.177.96.0/19", "173.194.0.0/16", "209.85.128.0/17", "216.58.192.0/19"],
    ...["216.239.32.0/19", "172.217.0.0/19", "172.217.32.0/20", "172.217.128.0/19", "172.217.160.0/20"],
    ...["172.217.192.0/19", "172.253.56.0/21", "172.253.112.0/20"],
    ...["2001:4860:4000::/36", "2404:6800:4000::/36", "2607:f8b0:4000::/36", "2800:3f0:4000::/36"],
    ...["2a00:1450:4000::/36", "2c0f:fb50:4000::/36"],
  ],
  fastly: [
    ...["23.235.32.0/20", "43.249.72.0/22", "103.244.50.0/24", "103.245.222.0/23", "103.245.224.0/24"],
    ...["104.156.80.0/20", "140.248.64.0/18", "140.248.128.0/17", "146.75.0.0/17", "151.101.0.0/16"],
    ...["157.52.64.0/18", "167.82.0.0/17", "167.82.128.0/20", "167.82.160.0/20", "167.82.224.0/20"],
    ...["172.111.64.0/18", "185.31.16.0/22", "199.27.72.0/21", "199.232.0.0/16"],
    ...["2a04:4e40::/32", "2a04:4e42::/32"],
  ],
};
const EXPRESS_NAMES: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);

/** The ranges of TRUSTED_PROXIES, with names replaced by their lists. Throws an error that names a malformed part. */
export function proxyRanges(parameter: string): string[] {
  const parts = parameter.split(/[\s,]+/).filter((part) => part !== "");
  return parts.flatMap((part) => {
    if (EXPRESS_NAMES.has(part)) return [part];
    const named = Object.hasOwn(NAMED, part) ? NAMED[part] : undefined;
    if (named) return [...named];
    if (isRange(part)) return [part];
    throw new Error(`TRUSTED_PROXIES: ${part} is neither an address, nor a range, nor the name of a list`);
  });
}

/**
 * Makes `request.ip` the address left of the trusted proxies: nearest first, each address that is in a range vouches for
 * the one before it. A caller who connects from elsewhere cannot choose it, because the platform appends the address
 * that it saw itself.
 */
export function trustProxies(app: Express, ranges: readonly string[]): void {
  app.set("trust proxy", [...ranges]);
  if (ranges.length === 0) return;
  const isTrusted = trustOf(app);
  // A local socket has no address; behind it is the functions emulator.
  app.set("trust proxy", (address: string | undefined, hop: number) =>
    address === undefined ? true : isTrusted(address, hop),
  );
}

export type IsTrusted = (address: string, hop: number) => boolean;

/** The compiled setting, as Express uses it for `request.ip`. */
export function trustOf(app: { get(name: string): unknown }): IsTrusted {
  return app.get("trust proxy fn") as IsTrusted;
}

/** The name of the list that has the address, trusted or not; null if none has it. */
export function listOf(address: string): string | null {
  const version = isIP(address);
  if (version === 0) return null;
  const family = version === 4 ? "ipv4" : "ipv6";
  return LISTS.find(([, list]) => list.check(address, family))?.[0] ?? null;
}

const LISTS = Object.entries(NAMED).map(([name, ranges]): [string, BlockList] => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), isIP(network) === 4 ? "ipv4" : "ipv6");
  }
  return [name, list];
});

function isRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128);
}
