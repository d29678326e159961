import { createHash } from "node:crypto";
import { z } from "zod";

/** The session id that a client chooses: 1 to 255 visible characters, best long and random. */
export const sessionIdSchema = z
  .string("Give a session id.")
  .regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible ASCII characters.");

/** All that is stored of a session. Sessions of different shops do not meet. */
export function hashSession(shopId: string, sessionId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([shopId, sessionId]))
    .digest("base64url");
}
