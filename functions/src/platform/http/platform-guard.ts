import { subscribe } from "node:diagnostics_channel";
import domain from "node:domain";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";

/** What the client sent, where the guard had to change it to pass it through the platform. */
export interface OriginalRequest {
  readonly contentEncoding: string | undefined;
  readonly malformedPath: boolean;
}

const originals = new WeakMap<IncomingMessage, OriginalRequest>();

/**
 * Prevents the platform's own middleware from answering bad input before the function sees it.
 *
 * functions-framework and the functions emulator parse bodies and decode paths in an Express application of their
 * own, whose answer to unparsable JSON, a corrupt gzip or `%ZZ` is an HTML page. Node announces every request on a
 * diagnostics channel before any handler runs. There the request is made opaque: the body stays raw bytes, which
 * `bodyReader` parses and refuses with the API's own errors, and an undecodable path is recorded and replaced.
 */
export function guardHttpRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    originals.set(request, makeOpaque(request));
  });
}

export function originalOf(request: IncomingMessage): OriginalRequest {
  return originals.get(request) ?? originalRequest(request);
}

function makeOpaque(request: IncomingMessage): OriginalRequest {
  const original = originalRequest(request);
  request.headers["content-type"] = "application/octet-stream";
  delete request.headers["content-encoding"];
  if (original.malformedPath) request.url = "/";
  return original;
}

function originalRequest(request: IncomingMessage): OriginalRequest {
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
 * Makes functions-framework run requests without a `domain`. Once a domain exists, Node tracks every promise, timer
 * and socket of the process for it, which takes a quarter of a request's processor time. Its purpose, to catch what a
 * function throws, is served by the application's error handler.
 */
export function preventDomains(): void {
  domain.create = () => Object.assign(new EventEmitter(), NO_DOMAIN) as unknown as domain.Domain;
}

const NO_DOMAIN = {
  run: <T>(work: () => T): T => work(),
};
