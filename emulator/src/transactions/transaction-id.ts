import { invalidArgument } from "../status.ts";

/** An id is encoded as one protobuf field: tag 0x11 (field 2, fixed64) and a little-endian number. */
const TAG = 0x11;
const LENGTH = 9;

export function encodeTransactionId(id: bigint): Buffer {
  const bytes = Buffer.alloc(LENGTH);
  bytes[0] = TAG;
  bytes.writeBigUInt64LE(id, 1);
  return bytes;
}

/** @throws StatusError INVALID_ARGUMENT when the bytes were never an id */
export function decodeTransactionId(bytes: Uint8Array): bigint {
  if (bytes.length !== LENGTH || bytes[0] !== TAG) {
    throw invalidArgument("Invalid transaction.");
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readBigUInt64LE(1);
}
