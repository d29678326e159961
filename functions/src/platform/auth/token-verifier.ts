import { z } from "zod";
import type { Clock } from "../scope.ts";
import { principalFromClaims, type Principal } from "./principal.ts";

/** Verifies a bearer token; undefined when it is not valid. */
export type VerifyToken = (token: string) => Promise<Principal | undefined>;

interface IdTokens {
  verifyIdToken(token: string): Promise<{ uid: string } & Record<string, unknown>>;
}

/** Verifies Firebase ID tokens, signature included. Throws errors that are not about the token. */
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
 * Accepts the Auth emulator's ID tokens, which carry no signature: only project and expiry can be checked. The Admin
 * SDK would look up the user in the Auth emulator at every request; this works without a running Auth emulator.
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
