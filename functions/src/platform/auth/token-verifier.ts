import { z } from "zod";
import type { Clock } from "../scope.ts";
import { principalFromClaims, type Principal } from "./principal.ts";

export interface Verification {
  /** Whether to ask the Auth service if the token was revoked or its user disabled, which costs a call. */
  readonly checkRevoked: boolean;
}

/** Verifies a bearer token; undefined when it is not valid. */
export type VerifyToken = (token: string, verification: Verification) => Promise<Principal | undefined>;

interface IdTokens {
  verifyIdToken(token: string, checkRevoked: boolean): Promise<{ uid: string } & Record<string, unknown>>;
}

/** Verifies Firebase ID tokens, signature included. Throws errors that are not about the token. */
export function firebaseTokenVerifier(auth: () => IdTokens): VerifyToken {
  return async (token, { checkRevoked }) => {
    try {
      const claims = await auth().verifyIdToken(token, checkRevoked);
      return principalFromClaims(claims.uid, claims);
    } catch (error) {
      if (isAboutTheToken(error)) return undefined;
      throw error;
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && code.startsWith("auth/") && code !== "auth/internal-error";
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

const emulatorClaims = z.looseObject({
  aud: z.string(),
  exp: z.number(),
  auth_time: z.number(),
  sub: z.string().min(1).max(128),
});

interface Users {
  getUser(uid: string): Promise<{ readonly disabled: boolean; readonly tokensValidAfterTime?: string }>;
}

/**
 * Accepts the Auth emulator's ID tokens, which carry no signature: only project and expiry can be checked. The Admin
 * SDK would look up the user in the Auth emulator at every request; this works without a running Auth emulator, and
 * `users` is asked about revocation only. Null stands for an Auth emulator that is not running.
 */
export function emulatorTokenVerifier(
  projectId: string,
  clock: Clock,
  users: (() => Users) | null = null,
): VerifyToken {
  return async (token, { checkRevoked }) => {
    const parsed = emulatorClaims.safeParse(decodePayload(token));
    if (!parsed.success) return undefined;
    const { aud, exp, auth_time, sub } = parsed.data;
    if (aud !== projectId || exp * 1000 <= clock.now()) return undefined;
    if (checkRevoked && users && (await isRevoked(users(), sub, auth_time))) return undefined;
    return principalFromClaims(sub, parsed.data);
  };
}

async function isRevoked(users: Users, uid: string, authTime: number): Promise<boolean> {
  try {
    const { disabled, tokensValidAfterTime } = await users.getUser(uid);
    return disabled || authTime * 1000 < Date.parse(tokensValidAfterTime ?? "1970-01-01T00:00:00Z");
  } catch (error) {
    // `npm run token` makes tokens of users whom the Auth emulator does not know, or without one that runs.
    if (codeOf(error) === "auth/user-not-found" || codeOf(error) === "app/network-error") return false;
    throw error;
  }
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
