import { createHash } from "node:crypto";
import { fn } from "../types/callable.ts";
import type { CallableTable } from "../types/callable.ts";

/** Digests as bytes; checksums in little-endian order, as in production. */
export const hashingFunctions: CallableTable<undefined> = {
  crc32: fn(["string|bytes"], (data) => checksum(toBytes(data), CRC32)),
  crc32c: fn(["string|bytes"], (data) => checksum(toBytes(data), CRC32C)),
  md5: fn(["string|bytes"], (data) => digest("md5", data)),
  sha256: fn(["string|bytes"], (data) => digest("sha256", data)),
};

const CRC32 = crcTable(0xedb88320);
const CRC32C = crcTable(0x82f63b78);

function toBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "utf8") : data;
}

function digest(algorithm: string, data: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(toBytes(data)).digest());
}

function crcTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
}

function checksum(data: Uint8Array, table: Uint32Array): Uint8Array {
  let remainder = 0xffffffff;
  for (const byte of data) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] as number);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE((remainder ^ 0xffffffff) >>> 0);
  return new Uint8Array(bytes);
}
