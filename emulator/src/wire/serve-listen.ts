import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { ListenSession } from "../listeners/listen-session.ts";
import { endOnce } from "./end-once.ts";
import { listenDependencies } from "./listen-dependencies.ts";
import type { Message } from "../methods/request.ts";
import { Outbox } from "./outbox.ts";
import { envelopeOf, openCall, withFaults } from "./serve.ts";
import type { Serving } from "./serve.ts";

/** Serves Listen: one session per stream. */
export function serveListen(serving: Serving): handleBidiStreamingCall<object, object> {
  return (grpcCall) => {
    const end = endOnce(grpcCall, "Listen");
    const envelope = envelopeOf("Listen", grpcCall);
    let session: ListenSession | undefined;
    const outbox = new Outbox((message, taken) => grpcCall.write(message, taken), end.withError);
    const close = () => {
      outbox.close();
      session?.close();
    };
    const onRequest = async (request: Message<"ListenRequest">) => {
      if (session) return session.onRequest(request);
      const call = openCall(serving, envelope, request);
      await withFaults(serving, envelope, call, () => {
        if (end.isOver()) return;
        session = new ListenSession(
          listenDependencies(call),
          (response) => outbox.send(response),
          (error) => (error ? end.withError(error) : end.quietly()),
        );
        session.onRequest(request);
      });
    };
    let turn = Promise.resolve();
    grpcCall.on("data", (request: Message<"ListenRequest">) => {
      turn = turn.then(() => (end.isOver() ? undefined : onRequest(request))).catch(end.withError);
    });
    grpcCall.on("end", () => end.quietly());
    grpcCall.on("cancelled", () => end.quietly());
    end.whenOver(close);
  };
}
