import { z } from "zod";
import { invalidRequest } from "../errors.ts";

/** The query parameter, or body field, that asks for the page after another. */
export const pageTokenSchema = z.string("Give one page token.").max(2000, "Not a page token.");

/**
 * A document id in a token, of at most `max` characters. It need not be one of ours, because a document may have been
 * written outside the API.
 */
export function tokenIdSchema(max = 250) {
  return z
    .string()
    .max(max)
    .regex(/^(?!\.\.?$)(?!__.*__$)[^/\p{Cc}\p{Cs}]+$/u);
}

/** Milliseconds since the epoch in a token. */
export const tokenInstantSchema = z.int().min(0).max(Date.parse("9999-12-31T00:00:00Z"));

export function encodePageToken(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Returns the position in a token; undefined for a token of no page. Tokens come from clients, so they are checked. */
export function decodePageToken<S extends z.ZodType>(schema: S, token: string): z.output<S> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

export function refusePageToken() {
  return invalidRequest({ path: "page_token", message: "Not a token that these pages gave." });
}
