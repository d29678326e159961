/** The identity security rules see as `request.auth`. */
export interface RequestAuth {
  readonly uid: string;
  /** The claims of the ID token. */
  readonly token: Readonly<Record<string, unknown>>;
}

/** The sender of a request: a server with full access, or a client that security rules apply to. */
export type Caller =
  { readonly kind: "admin" } | { readonly kind: "client"; readonly auth: RequestAuth | null };

/** The token the Admin SDK sends to an emulator. */
const OWNER_TOKEN = "owner";

/**
 * The caller an `Authorization` header identifies. Tokens are decoded, not verified: an emulator has no keys, and
 * tests sign their own tokens. A token that cannot be decoded counts as none.
 */
export function callerFromHeader(header: string | undefined): Caller {
  const token = /^Bearer\s+(.+)$/i.exec(header ?? "")?.[1];
  if (token === OWNER_TOKEN) return { kind: "admin" };
  return { kind: "client", auth: token === undefined ? null : authFromToken(token) };
}

function authFromToken(token: string): RequestAuth | null {
  const claims = readClaims(token);
  if (!claims) return null;
  const uid = claims["sub"] ?? claims["user_id"] ?? claims["uid"];
  return typeof uid === "string" && uid !== "" ? { uid, token: claims } : null;
}

function readClaims(token: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
