import { claimsOf, type Role } from "../support/token.ts";

export interface Grant {
  readonly email: string;
  readonly role: Role;
  /** `*` for an admin of the platform; null for a customer, who has no shop. */
  readonly shopId: string | null;
  readonly mechanicId: string | null;
  /** Whether to create the user if there is none. */
  readonly create: boolean;
}

interface User {
  readonly uid: string;
  readonly customClaims?: Readonly<Record<string, unknown>>;
}

/** The part of the Admin SDK's `Auth` that granting needs. */
export interface UserDirectory {
  getUserByEmail(email: string): Promise<User>;
  createUser(properties: { email: string }): Promise<User>;
  setCustomUserClaims(uid: string, claims: object): Promise<void>;
  revokeRefreshTokens(uid: string): Promise<void>;
  generatePasswordResetLink(email: string): Promise<string>;
}

export type GrantResult =
  | { readonly kind: "no_such_user" }
  | {
      readonly kind: "granted";
      readonly uid: string;
      /** Whether the user had other claims before; tokens issued with those were revoked. */
      readonly changed: boolean;
      /** Where a user who was created sets a password; null for one who existed. */
      readonly passwordLink: string | null;
    };

const OUR_CLAIMS = ["role", "shop_id", "mechanic_id"];

/**
 * Sets the role in the user's custom claims and keeps other applications' claims. If that changes the role, the user's
 * earlier tokens are revoked, so that a role that was taken away ends with the next sensitive call.
 */
export async function grantRole(users: UserDirectory, grant: Grant): Promise<GrantResult> {
  const found = await findUser(users, grant.email);
  if (!found && !grant.create) return { kind: "no_such_user" };
  const user = found ?? (await users.createUser({ email: grant.email }));
  const before = user.customClaims ?? {};
  const others = Object.fromEntries(Object.entries(before).filter(([name]) => !OUR_CLAIMS.includes(name)));
  const granted: Record<string, unknown> = claimsOf({ ...grant, shopId: grant.shopId ?? "" });
  const changed = OUR_CLAIMS.some((name) => before[name] !== granted[name]);
  if (changed) {
    await users.setCustomUserClaims(user.uid, { ...others, ...granted });
    await users.revokeRefreshTokens(user.uid);
  }
  const passwordLink = found ? null : await users.generatePasswordResetLink(grant.email);
  return { kind: "granted", uid: user.uid, changed, passwordLink };
}

async function findUser(users: UserDirectory, email: string): Promise<User | undefined> {
  try {
    return await users.getUserByEmail(email);
  } catch (error) {
    if ((error as { code?: unknown }).code === "auth/user-not-found") return undefined;
    throw error;
  }
}
