import { done, invalidRequest, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { decideAccess, isSameRole, type AccessChange, type AccessDecision } from "./decide-access.ts";
import type { HeldRole } from "./role-claims.ts";
import { asOutcome, setRole, userOrNone, type User, type UserDirectory } from "./users.ts";

/** Names a user, by one of the two. */
export interface Subject {
  readonly email?: string | undefined;
  readonly uid?: string | undefined;
}

export interface AccessRequest {
  readonly subject: Subject;
  readonly change: AccessChange;
  readonly precondition: Precondition;
}

/** A user's role as the API shows it. */
export interface ShownAccess {
  readonly uid: string;
  readonly role: HeldRole["role"];
  readonly mechanic_id: string | null;
}

interface Dependencies {
  readonly management: ManagementStore;
  readonly users: UserDirectory;
}

/**
 * Gives a user a role, or takes it away, and ends the sessions of who had another. The audit line is committed before
 * the role is changed: no role changes without one, and a repetition completes what was interrupted between the two.
 */
export async function changeAccess(
  { management, users }: Dependencies,
  { command, request }: { readonly command: ManagementCommand; readonly request: AccessRequest },
  scope: Scope,
): Promise<ChangeOutcome<ShownAccess>> {
  const found = await asOutcome(userOrNone(lookUp(users, request.subject)));
  if (!found.ok) return found;
  const user = found.value;
  if (!user) return refuseUnknown(request.subject);
  const decided = await management.change(command, (tx) => decideAndRecord(tx, user, request), scope);
  if (!decided.ok) return decided;
  const applied = await asOutcome(apply(users, user, decided.value));
  return applied.ok ? done(presentAccess(user.uid, decided.value.after)) : applied;
}

function lookUp(users: UserDirectory, { email, uid = "" }: Subject): Promise<User> {
  return email === undefined ? users.getUser(uid) : users.getUserByEmail(email);
}

function refuseUnknown({ email }: Subject) {
  const [path, name] = email === undefined ? ["uid", "uid"] : ["email", "e-mail address"];
  return invalidRequest({ path, message: `There is no user with this ${name}: they have to sign up first.` });
}

async function decideAndRecord(
  tx: ManagementTransaction,
  { uid, customClaims: claims = {} }: User,
  { change, precondition }: AccessRequest,
): Promise<ChangeOutcome<AccessDecision>> {
  const { role, kind } = change;
  const mechanics = role.mechanicId === null ? [] : [tx.paths.mechanic(role.mechanicId)];
  const [shop, mechanic] = await tx.read(tx.paths.shop, ...mechanics);
  if (!shop?.exists) return refuse("not_found", "There is no such shop.");
  // The role of a mechanic who was purged can still be taken away.
  if (mechanic?.exists === false && kind === "grant")
    return refuse("not_found", "There is no such mechanic.");
  const decided = decideAccess({ uid, claims }, change);
  if (!decided.ok) return decided;
  const { before, after } = decided.value;
  const asked = checkPrecondition(presentAccess(uid, before), precondition);
  if (!asked.ok) return asked;
  if (isSameRole(before, after)) return decided;
  tx.record({
    action: kind === "grant" ? "role_granted" : "role_revoked",
    details: { uid, before: presentAccess(uid, before), after: presentAccess(uid, after) },
  });
  return decided;
}

async function apply(users: UserDirectory, user: User, { before, after }: AccessDecision): Promise<void> {
  if (isSameRole(before, after)) return;
  // Once before the claims change, too: a repetition would not see that only the revocation after it is missing.
  if (before.role !== "customer") await users.revokeRefreshTokens(user.uid);
  await setRole(users, user, after);
}

function presentAccess(uid: string, { role, mechanicId }: HeldRole): ShownAccess {
  return { uid, role, mechanic_id: mechanicId };
}
