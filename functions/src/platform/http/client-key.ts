import type { Request } from "express";
import { ipKeyGenerator } from "express-rate-limit";

/** The client as limits count it: its address, or the network of an IPv6 address, of which a client has many. */
export function clientKey({ ip }: Request): string {
  // Behind the functions emulator a request arrives through a local socket and has no address.
  return ip === undefined ? "local" : ipKeyGenerator(ip);
}
