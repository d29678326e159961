import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import { refuse } from "../errors.ts";
import { ApiError } from "./api-error.ts";
import { originalOf } from "./platform-guard.ts";

/** The largest body of most requests. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Returns how many bytes the body of a request may have. */
type BodyLimit = (request: Request) => number | Promise<number>;

/**
 * Returns the handler that parses the body as JSON into `request.body` (undefined when there is none). The platform
 * passes the raw bytes as `rawBody`; under a plain HTTP server they are read here. Errors: 413, 415, 400 `invalid_json`.
 */
export function bodyReader(limitOf: BodyLimit = () => MAX_BODY_BYTES): RequestHandler {
  return async (request, _response, next) => {
    const original = originalOf(request);
    if (original.malformedPath)
      throw ApiError.of("not_found", "The path is not valid percent-encoded UTF-8.");
    const limit = await limitOf(request);
    const raw = (request as { rawBody?: Buffer }).rawBody ?? (await readStream(request, limit));
    if (raw.length > limit) throw tooLarge(limit);
    if (raw.length > 0 && original.contentEncoding && original.contentEncoding !== "identity") {
      throw ApiError.of("unsupported_encoding");
    }
    request.body = raw.length === 0 ? undefined : parseJson(raw);
    next();
  };
}

async function readStream(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // The rest is read and discarded, so that the client gets the answer instead of a reset connection.
    if (length <= limit) chunks.push(chunk);
  }
  if (length > limit) throw tooLarge(limit);
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): ApiError {
  const message = `The body is larger than ${limit} bytes.`;
  return new ApiError(refuse("payload_too_large", message, { limit_bytes: limit }).refusal);
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw ApiError.of("invalid_json");
  }
}
