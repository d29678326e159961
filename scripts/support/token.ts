import { claimsOf } from "../../functions/src/management/access/role-claims.ts";
import { LOCAL_PROJECT } from "./local-project.ts";

export const ROLES = ["admin", "mechanic", "customer"] as const;
export type Role = (typeof ROLES)[number];

/** The user of a local token. Customers have no custom claims, only their uid. */
export interface LocalUser {
  readonly uid: string;
  readonly role: Role;
  /** `*` makes an admin of every shop. */
  readonly shopId: string;
  /** The mechanic this user is; only for the role `mechanic`. */
  readonly mechanicId: string | null;
  readonly email: string;
}

/**
 * An ID token as the Auth emulator issues them: unsigned, so accepted by firebase-admin only where
 * FIREBASE_AUTH_EMULATOR_HOST is set. Valid for one hour from `now` (milliseconds since the epoch).
 */
export function unsignedIdToken(user: LocalUser, now: number, project: string = LOCAL_PROJECT): string {
  const issuedAt = Math.floor(now / 1000);
  const payload = {
    ...claimsOf(user),
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    sub: user.uid,
    user_id: user.uid,
    auth_time: issuedAt,
    iat: issuedAt,
    exp: issuedAt + 3600,
    email: user.email,
    email_verified: true,
    firebase: { identities: { email: [user.email] }, sign_in_provider: "password" },
  };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(payload)}.`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
