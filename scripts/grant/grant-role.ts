import type { HeldRole } from "../../functions/src/management/access/role-claims.ts";
import {
  setRole,
  userOrNone,
  type User,
  type UserDirectory,
} from "../../functions/src/management/access/users.ts";

/** `shopId` is `*` for an admin of the platform, and null for a customer, who has no shop. */
export interface Grant extends HeldRole {
  readonly email: string;
  /** Whether to create the user if there is none. */
  readonly create: boolean;
}

/** The part of the Admin SDK's `Auth` that granting needs. */
export interface GrantingDirectory extends Omit<UserDirectory, "getUser"> {
  createUser(properties: { email: string }): Promise<User>;
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

/** Sets a user's role, past the API: whatever role the user has, in whichever shop. */
export async function grantRole(users: GrantingDirectory, grant: Grant): Promise<GrantResult> {
  const found = await userOrNone(users.getUserByEmail(grant.email));
  if (!found && !grant.create) return { kind: "no_such_user" };
  const user = found ?? (await users.createUser({ email: grant.email }));
  const changed = await setRole(users, user, grant);
  const passwordLink = found ? null : await users.generatePasswordResetLink(grant.email);
  return { kind: "granted", uid: user.uid, changed, passwordLink };
}
