import type { Response } from "express";

const HEARTBEAT_MS = 15_000;
/** A client that does not read is let go when so much waits for it; it may come back. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RECONNECT_MS = 1_000;

/** One client's stream of server-sent events. */
export interface EventStream {
  /** `id` becomes the client's Last-Event-ID; an event without one leaves it as it is. */
  send(event: string, data: unknown, id?: string): void;
  close(): void;
}

/**
 * Turns an answer into a stream of server-sent events, with heartbeats, and closes it after about `seconds`: before the
 * platform would cut it off, and at a moment that differs from client to client, so that they do not all come back at
 * once. EventSource reconnects by itself. `closed` is called once, whoever closes it.
 */
export function openEventStream(response: Response, seconds: number, closed: () => void): EventStream {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    // No cache may keep it; nobody on the way, our own compression included, may hold it back.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  const write = (text: string) => {
    response.write(text);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
  const spread = (from: number) => Math.round(from * (0.9 + Math.random() / 10));
  const heartbeat = setInterval(() => write(": heartbeat\n\n"), HEARTBEAT_MS).unref();
  const limit = setTimeout(() => response.end(), spread(seconds * 1000)).unref();
  response.once("close", () => {
    clearInterval(heartbeat);
    clearTimeout(limit);
    closed();
  });
  write(`retry: ${spread(RECONNECT_MS)}\n\n`);
  return {
    send(event, data, id) {
      const lines = [
        ...(id === undefined ? [] : [`id: ${id}`]),
        `event: ${event}`,
        `data: ${JSON.stringify(data)}`,
      ];
      write(`${lines.join("\n")}\n\n`);
    },
    close: () => void response.end(),
  };
}
