import { describe, expect, it } from "vitest";
import { decideAccess, roleOf } from "./decide-access.ts";
import { NO_ROLE } from "./role-claims.ts";

const ADMIN = { role: "admin", shopId: "s", mechanicId: null } as const;
const ADA = { role: "mechanic", shopId: "s", mechanicId: "ada" } as const;
const user = (claims: Record<string, unknown> = {}) => ({ uid: "mei", claims });
const change = (kind: "grant" | "revoke", role: typeof ADMIN | typeof ADA, actorUid = "boss") => {
  return { kind, role, actorUid };
};
const ADMIN_CLAIMS = { role: "admin", shop_id: "s" };
const ADA_CLAIMS = { role: "mechanic", shop_id: "s", mechanic_id: "ada" };

describe("a change of access", () => {
  it.each([
    ["gives a customer the role", user(), change("grant", ADA), ADA],
    ["replaces another role in the shop", user(ADA_CLAIMS), change("grant", ADMIN), ADMIN],
    ["keeps the role that the user has", user(ADA_CLAIMS), change("grant", ADA), ADA],
    ["takes the role away", user(ADA_CLAIMS), change("revoke", ADA), NO_ROLE],
    ["takes away no other role than the one named", user(ADMIN_CLAIMS), change("revoke", ADA), ADMIN],
    ["takes nothing from a customer", user(), change("revoke", ADMIN), NO_ROLE],
    ["lets another admin demote an admin", user(ADMIN_CLAIMS), change("grant", ADA), ADA],
  ])("%s", (_what, target, asked, after) => {
    expect(decideAccess(target, asked)).toMatchObject({ ok: true, value: { after } });
  });

  it.each([
    ["an admin of the platform", user({ role: "admin", shop_id: "*" }), change("grant", ADMIN)],
    ["an admin of another shop", user({ role: "admin", shop_id: "t" }), change("revoke", ADMIN)],
    ["the admin who asks", user(ADMIN_CLAIMS), change("revoke", ADMIN, "mei")],
    ["the admin who asks to be a mechanic", user(ADMIN_CLAIMS), change("grant", ADA, "mei")],
  ])("is refused for %s", (_who, target, asked) => {
    expect(decideAccess(target, asked)).toMatchObject({ refusal: { error: "role_conflict" } });
  });

  it("takes a role without a shop for none", () => {
    expect(roleOf("mei", { role: "admin" })).toEqual(NO_ROLE);
  });
});
