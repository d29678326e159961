import { isIP } from "node:net";
import type { Request } from "express";
import { ipKeyGenerator } from "express-rate-limit";

/** An IPv6 customer has a network of this prefix, and so as many addresses as they like. */
const IPV6_PREFIX = 64;

/** The client that a request counts for: its IPv4 address, or the /64 network of its IPv6 address. */
export function clientKey({ ip }: Pick<Request, "ip">): string {
  // Behind the functions emulator a request arrives through a local socket, which has no address.
  if (ip === undefined) return "local";
  return isIP(ip) === 0 ? "unknown" : ipKeyGenerator(ip, IPV6_PREFIX);
}
