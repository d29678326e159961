import type { ServerWritableStream } from "@grpc/grpc-js";

/**
 * Sends the responses one after another as fast as the client takes them, and stops when the call is cancelled.
 * @returns whether all responses were sent
 */
export async function streamResponses(
  grpcCall: ServerWritableStream<object, Uint8Array>,
  responses: Iterable<Uint8Array>,
): Promise<boolean> {
  for (const response of responses) {
    if (grpcCall.cancelled || grpcCall.destroyed) return false;
    if (!grpcCall.write(response)) await drained(grpcCall);
  }
  grpcCall.end();
  return true;
}

function drained(grpcCall: ServerWritableStream<object, Uint8Array>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      grpcCall.off("drain", done);
      grpcCall.off("close", done);
      grpcCall.off("cancelled", done);
      resolve();
    };
    grpcCall.on("drain", done);
    grpcCall.on("close", done);
    grpcCall.on("cancelled", done);
  });
}
