import type { ServerDuplexStream } from "@grpc/grpc-js";
import { toGrpcError } from "./grpc-error.ts";

/** Ends a stream exactly once, whether the client, the network or an error ends it first. */
export function endOnce(grpcCall: ServerDuplexStream<object, object>, method: string) {
  let over = false;
  const listeners: (() => void)[] = [];
  const finish = (last: () => void) => {
    if (over) return;
    over = true;
    for (const listener of listeners) listener();
    last();
  };
  grpcCall.on("error", () => finish(() => {}));
  grpcCall.on("close", () => finish(() => {}));
  return {
    isOver: () => over,
    whenOver: (listener: () => void) => void listeners.push(listener),
    quietly: () => finish(() => grpcCall.end()),
    withError: (error: unknown) => finish(() => grpcCall.emit("error", toGrpcError(method, error))),
  };
}
