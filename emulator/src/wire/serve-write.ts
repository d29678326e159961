import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { endOnce } from "./end-once.ts";
import type { Message } from "../methods/request.ts";
import { WriteStream } from "../methods/write-stream.ts";
import { envelopeOf, openCall, withFaults } from "./serve.ts";
import type { Serving } from "./serve.ts";

/** Serves Write: each request waits for the response to the previous one. */
export function serveWrite(serving: Serving): handleBidiStreamingCall<object, object> {
  return (grpcCall) => {
    const end = endOnce(grpcCall, "Write");
    const envelope = envelopeOf("Write", grpcCall);
    let stream: { call: ReturnType<typeof openCall>; writes: WriteStream } | undefined;
    const onRequest = async (request: Message<"WriteRequest">) => {
      if (!stream) {
        const call = openCall(serving, envelope, request);
        stream = { call, writes: new WriteStream(call, (response) => grpcCall.write(response)) };
      }
      const { call, writes } = stream;
      await withFaults(serving, envelope, call, () => writes.onRequest(request));
    };
    let turn = Promise.resolve();
    grpcCall.on("data", (request: Message<"WriteRequest">) => {
      turn = turn.then(() => (end.isOver() ? undefined : onRequest(request))).catch(end.withError);
    });
    grpcCall.on("end", () => void turn.then(() => end.quietly()));
    grpcCall.on("cancelled", () => end.quietly());
  };
}
