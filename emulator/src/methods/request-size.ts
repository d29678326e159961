import type protobuf from "protobufjs";
import { invalidArgument } from "../status.ts";

/** The maximum size of a write request, in bytes. */
const MAX_WRITE_REQUEST_BYTES = 10 * 1024 * 1024;

const tooLarge = new WeakSet<object>();

/** Decodes a request and remembers whether it exceeds the maximum size of a write request. */
export function decodeRequest(type: protobuf.Type, bytes: Uint8Array): protobuf.Message {
  const request = type.decode(bytes);
  if (bytes.length > MAX_WRITE_REQUEST_BYTES) tooLarge.add(request);
  return request;
}

/** @throws StatusError INVALID_ARGUMENT when the request exceeds the maximum size of a write request */
export function refuseTooLarge(request: object): void {
  if (tooLarge.has(request)) {
    throw invalidArgument("Transaction too big. Decrease transaction size.");
  }
}
