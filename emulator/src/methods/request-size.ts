import type protobuf from "protobufjs";
import { invalidArgument } from "../status.ts";

/** The largest request Firestore writes at once, in bytes. */
const MAX_WRITE_REQUEST_BYTES = 10 * 1024 * 1024;

const tooLarge = new WeakSet<object>();

/** Decodes a request and remembers when it is larger than what may be written at once. */
export function decodeRequest(type: protobuf.Type, bytes: Uint8Array): protobuf.Message {
  const request = type.decode(bytes);
  if (bytes.length > MAX_WRITE_REQUEST_BYTES) tooLarge.add(request);
  return request;
}

/** @throws StatusError INVALID_ARGUMENT when the request was larger than what may be written at once */
export function refuseTooLarge(request: object): void {
  if (tooLarge.has(request)) {
    throw invalidArgument("Transaction too big. Decrease transaction size.");
  }
}
