import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { refuse } from "../errors.ts";
import { ApiError } from "./api-error.ts";
import { originalOf } from "./platform-guard.ts";

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Parses the body as JSON into `request.body` (undefined when there is none). The platform passes the raw bytes as
 * `rawBody`; under a plain HTTP server they are read here. Errors: 413, 415, 400 `invalid_json`.
 */
export const readBody: RequestHandler = async (request, _response, next) => {
  const original = originalOf(request);
  if (original.malformedPath) throw ApiError.of("not_found", "The path is not valid percent-encoded UTF-8.");
  const raw = (request as { rawBody?: Buffer }).rawBody ?? (await readStream(request));
  if (raw.length > MAX_BODY_BYTES) throw tooLarge();
  if (raw.length > 0 && original.contentEncoding && original.contentEncoding !== "identity") {
    throw ApiError.of("unsupported_encoding");
  }
  request.body = raw.length === 0 ? undefined : parseJson(raw);
  next();
};

async function readStream(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // The rest is read and discarded, so that the client gets the answer instead of a reset connection.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  const message = `The body is larger than ${MAX_BODY_BYTES} bytes.`;
  return new ApiError(refuse("payload_too_large", message, { limit_bytes: MAX_BODY_BYTES }).refusal);
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw ApiError.of("invalid_json");
  }
}
