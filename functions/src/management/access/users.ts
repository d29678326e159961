import { refuse, done, type Outcome } from "../../platform/errors.ts";
import { withRole, type Claims, type HeldRole } from "./role-claims.ts";

export interface User {
  readonly uid: string;
  readonly customClaims?: Claims;
}

/** The part of the Admin SDK's `Auth` that roles need. */
export interface UserDirectory {
  getUser(uid: string): Promise<User>;
  getUserByEmail(email: string): Promise<User>;
  setCustomUserClaims(uid: string, claims: object): Promise<void>;
  revokeRefreshTokens(uid: string): Promise<void>;
}

const NO_USER = new Set(["auth/user-not-found", "auth/invalid-email", "auth/invalid-uid"]);
const NO_ANSWER = new Set(["app/network-error", "app/network-timeout", "auth/internal-error"]);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** Returns the user that a look-up finds; undefined if there is none. */
export async function userOrNone(lookUp: Promise<User>): Promise<User | undefined> {
  try {
    return await lookUp;
  } catch (error) {
    if (NO_USER.has(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * Sets the role in the user's custom claims. If that changes the role, the user's earlier tokens are revoked, so that a
 * role that was taken away ends with the next sensitive call. Returns whether it changed.
 */
export async function setRole(
  users: Pick<UserDirectory, "setCustomUserClaims" | "revokeRefreshTokens">,
  { uid, customClaims = {} }: User,
  role: HeldRole,
): Promise<boolean> {
  const { claims, changed } = withRole(customClaims, role);
  if (!changed) return false;
  await users.setCustomUserClaims(uid, claims);
  await users.revokeRefreshTokens(uid);
  return true;
}

/** Refuses with `unavailable` where the Auth service does not answer. */
export async function asOutcome<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return done(await work);
  } catch (error) {
    if (!NO_ANSWER.has(codeOf(error))) throw error;
    return refuse("unavailable", "The sign-in service does not answer; repeat the request.");
  }
}

/** The users of Firebase Auth, which is opened with the first call. */
export function firebaseUsers(auth: () => UserDirectory): UserDirectory {
  return {
    getUser: (uid) => auth().getUser(uid),
    getUserByEmail: (email) => auth().getUserByEmail(email),
    setCustomUserClaims: (uid, claims) => auth().setCustomUserClaims(uid, claims),
    revokeRefreshTokens: (uid) => auth().revokeRefreshTokens(uid),
  };
}

/** The users of the Auth emulator: where it does not run, there are none, as for tokens. */
export function emulatorUsers(auth: () => UserDirectory): UserDirectory {
  const orNone = (error: unknown) => {
    if (codeOf(error) !== "app/network-error") throw error;
    throw Object.assign(new Error("No Auth emulator runs."), { code: "auth/user-not-found" });
  };
  const users = firebaseUsers(auth);
  return {
    ...users,
    getUser: (uid) => users.getUser(uid).catch(orNone),
    getUserByEmail: (email) => users.getUserByEmail(email).catch(orNone),
  };
}
