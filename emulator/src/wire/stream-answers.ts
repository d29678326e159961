import type { ServerWritableStream } from "@grpc/grpc-js";

/**
 * Sends the answers one after another as fast as the client takes them, and stops when it has gone.
 * @returns whether all were sent
 */
export async function streamAnswers(
  grpcCall: ServerWritableStream<object, Uint8Array>,
  answers: Iterable<Uint8Array>,
): Promise<boolean> {
  for (const answer of answers) {
    if (grpcCall.cancelled || grpcCall.destroyed) return false;
    if (!grpcCall.write(answer)) await drained(grpcCall);
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
