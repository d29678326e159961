import type { ServiceError } from "@grpc/grpc-js";
import { STATUS_CODES, StatusError } from "../status.ts";

/** The error for grpc: a StatusError unchanged, any other error as INTERNAL, with its cause on stderr. */
export function toGrpcError(method: string, error: unknown): Partial<ServiceError> & Error {
  if (error instanceof StatusError) {
    return Object.assign(new Error(error.message), { code: error.code, details: error.message });
  }
  process.stderr.write(`${method} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  const details = `${method} failed inside the emulator; its log has the cause.`;
  return Object.assign(new Error(details), { code: STATUS_CODES.INTERNAL, details });
}
