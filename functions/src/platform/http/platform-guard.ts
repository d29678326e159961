import { subscribe } from "node:diagnostics_channel";
import domain from "node:domain";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";

/** What the client really sent, where the guard had to change it on its way through the platform. */
export interface OriginalRequest {
  readonly contentEncoding: string | undefined;
  readonly malformedPath: boolean;
}

const originals = new WeakMap<IncomingMessage, OriginalRequest>();

/**
 * Keeps the platform's own middleware from answering bad input before the function sees it.
 *
 * functions-framework and the functions emulator parse bodies and decode paths in an Express application of their
 * own, whose answer to unparsable JSON, a corrupt gzip or `%ZZ` is an HTML page. Node announces every request on a
 * diagnostics channel before any handler runs; there the request is made opaque: the body stays raw bytes, which
 * `readBody` parses with the catalogue's errors, and an undecodable path is remembered and replaced.
 */
export function guardHttpRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    originals.set(request, makeOpaque(request));
  });
}

export function originalOf(request: IncomingMessage): OriginalRequest {
  return originals.get(request) ?? describe(request);
}

function makeOpaque(request: IncomingMessage): OriginalRequest {
  const original = describe(request);
  request.headers["content-type"] = "application/octet-stream";
  delete request.headers["content-encoding"];
  if (original.malformedPath) request.url = "/";
  return original;
}

function describe(request: IncomingMessage): OriginalRequest {
  return {
    contentEncoding: request.headers["content-encoding"],
    malformedPath: !isDecodable((request.url ?? "/").split("?", 1)[0] ?? "/"),
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Has functions-framework run requests in no `domain`. From the first one on, Node tracks every promise, timer and
 * socket of the process for it, which is a quarter of the processor time of a request; what it is for, catching what
 * a function throws, the application does itself.
 */
export function preventDomains(): void {
  domain.create = () => Object.assign(new EventEmitter(), NO_DOMAIN) as unknown as domain.Domain;
}

const NO_DOMAIN = {
  run: <T>(work: () => T): T => work(),
};
