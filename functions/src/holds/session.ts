import { createHash } from "node:crypto";
import { z } from "zod";

/** What a client chose to recognise its own holds by: 1 to 255 visible characters. Long and random is wise. */
export const sessionIdSchema = z
  .string("Give a session id.")
  .regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible ASCII characters.");

/** All that is stored of a session. Sessions of different shops do not meet. */
export function hashSession(shopId: string, sessionId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([shopId, sessionId]))
    .digest("base64url");
}
