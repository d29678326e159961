import type { Response } from "express";

const HEARTBEAT_MS = 15_000;
/** A client that does not read is disconnected when this much data waits for it; it may reconnect. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RECONNECT_MS = 1_000;

/** One client's stream of server-sent events. */
export interface EventStream {
  /** Sends an event. `id` becomes the client's Last-Event-ID; an event without `id` leaves it unchanged. */
  send(event: string, data: unknown, id?: string): void;
  close(): void;
}

/**
 * Turns a response into a stream of server-sent events with heartbeats, and ends it after about `seconds`: before the
 * platform would, and at a random instant, so that clients do not all reconnect at once. EventSource reconnects by
 * itself. `closed` is called once, whichever side ends the stream.
 */
export function openEventStream(response: Response, seconds: number, closed: () => void): EventStream {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    // No cache may store the stream, and no proxy or compression (including our own) may buffer it.
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
