import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

export const bytesMethods: CallableTable<Uint8Array> = {
  size: method([], (bytes: Uint8Array) => BigInt(bytes.length)),
  toBase64: method([], (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")),
  toHexString: method([], (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase()),
};
