import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { StatusError, invalidArgument } from "../status.ts";
import type { StatusName } from "../status.ts";

/** The response of a route: JSON or plain text. */
export type Answer =
  { readonly status?: number; readonly json: unknown } | { readonly status?: number; readonly text: string };

export interface AdminRequest {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The body as JSON; an empty one is undefined. @throws StatusError INVALID_ARGUMENT */
  readonly json: () => Promise<unknown>;
}

export interface Route {
  readonly method: string;
  /** Matched against the whole path; its groups, percent-decoded, become the params. */
  readonly path: RegExp;
  readonly handle: (request: AdminRequest) => Answer | Promise<Answer>;
}

/** The beginning of a path pattern for one project, whose id is the first param. */
export const PROJECT = "/emulator/v1/projects/([^/:]+)";

/** Rules and fault settings are small; exports are read from files. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const HTTP_STATUS: Partial<Record<StatusName, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  NOT_FOUND: 404,
  PERMISSION_DENIED: 403,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 413,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
};

/** Serves the routes; errors are answered as JSON. */
export function requestListener(routes: readonly Route[]): RequestListener {
  return (request, response) => {
    answerRequest(routes, request).then(
      (answer) => write(request, response, answer),
      (error: unknown) => write(request, response, errorAnswer(error)),
    );
  };
}

async function answerRequest(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  if (request.method === "OPTIONS") return { status: 204, text: "" };
  const url = new URL(request.url ?? "/", "http://emulator");
  for (const route of routes) {
    const match = route.method === request.method ? route.path.exec(url.pathname) : null;
    if (!match) continue;
    return route.handle({
      params: match.slice(1).map(decode),
      query: url.searchParams,
      headers: request.headers,
      json: () => readJson(request),
    });
  }
  throw new StatusError("NOT_FOUND", `There is no route ${request.method} ${url.pathname}.`);
}

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    throw invalidArgument(`The path is not percent-encoded correctly: ${part}`);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new StatusError("RESOURCE_EXHAUSTED", "The body is too large.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalidArgument("The body is not JSON.");
  }
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof StatusError) {
    const code = HTTP_STATUS[error.status] ?? 500;
    return { status: code, json: { error: { code, message: error.message, status: error.status } } };
  }
  process.stderr.write(`Admin request failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  const message = "The emulator failed; its log has the cause.";
  return { status: 500, json: { error: { code: 500, message, status: "INTERNAL" } } };
}

function write(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const isJson = "json" in answer;
  const body = isJson ? JSON.stringify(answer.json) : answer.text;
  response.writeHead(answer.status ?? 200, {
    "content-type": isJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    // The Emulator UI is served from another origin.
    "access-control-allow-origin": request.headers.origin ?? "*",
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
  });
  response.end(body);
  // Discards the unread rest of the body.
  request.resume();
}
