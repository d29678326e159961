import type { Request, Response } from "express";
import { z } from "zod";
import { ApiError } from "../../platform/http/api-error.ts";
import { clientKey } from "../../platform/http/client-key.ts";
import type { OpenStreams } from "./open-streams.ts";

/** The state that a client has received before, in a header of its next request. */
export const lastEventHeaders = z.object({ "last-event-id": z.string().max(200).optional() });

const HEARTBEAT_MS = 15_000;
/** A client for which this much data waits when more is due does not read: it is disconnected, and may reconnect. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RECONNECT_MS = 1_000;
/** EventSource does not reconnect after an error; a page that does should give other streams time to end. */
const RETRY_AFTER = { "Retry-After": "10" };

/** One client's stream of server-sent events. */
export interface EventStream {
  /** Sends an event. `id` becomes the client's Last-Event-ID; an event without `id` leaves it unchanged. */
  send(event: string, data: unknown, id?: string): void;
  close(): void;
}

/** Counts the stream as open until the response is closed. Throws the refusal if there are too many. */
export function countAsOpen(
  openStreams: Pick<OpenStreams, "open">,
  request: Request,
  response: Response,
): void {
  const opened = openStreams.open(clientKey(request));
  if (!opened.ok) throw new ApiError(opened.refusal, RETRY_AFTER);
  // A response that is closed already emits no event.
  if (response.destroyed) opened.value();
  else response.once("close", opened.value);
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
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
    else response.write(text);
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
