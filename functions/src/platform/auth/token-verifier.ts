import { z } from "zod";
import type { Clock } from "../scope.ts";
import { principalFromClaims, type Principal } from "./principal.ts";

/** Checks a bearer token; undefined means it is not valid. */
export type VerifyToken = (token: string) => Promise<Principal | undefined>;

interface IdTokens {
  verifyIdToken(token: string): Promise<{ uid: string } & Record<string, unknown>>;
}

/** Verifies Firebase ID tokens with their signature. Errors that are not about the token are thrown. */
export function firebaseTokenVerifier(auth: () => IdTokens): VerifyToken {
  return async (token) => {
    try {
      const claims = await auth().verifyIdToken(token);
      return principalFromClaims(claims.uid, claims);
    } catch (error) {
      if (isAboutTheToken(error)) return undefined;
      throw error;
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code.startsWith("auth/") && code !== "auth/internal-error";
}

const emulatorClaims = z.looseObject({
  aud: z.string(),
  exp: z.number(),
  sub: z.string().min(1).max(128),
});

/**
 * Accepts the Auth emulator's ID tokens, which carry no signature: all that can be checked is project and expiry.
 * The Admin SDK would ask the Auth emulator about the user at every request; the local stack also runs without one.
 */
export function emulatorTokenVerifier(projectId: string, clock: Clock): VerifyToken {
  return (token) => {
    const claims = emulatorClaims.safeParse(decodePayload(token));
    const valid =
      claims.success && claims.data.aud === projectId && claims.data.exp * 1000 > clock.now()
        ? principalFromClaims(claims.data.sub, claims.data)
        : undefined;
    return Promise.resolve(valid);
  };
}

function decodePayload(token: string): unknown {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
