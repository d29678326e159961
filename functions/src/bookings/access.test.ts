import { describe, expect, it } from "vitest";
import type { Principal } from "../platform/auth/principal.ts";
import { roleOf } from "./access.ts";
import { hashManageToken } from "./identity.ts";
import { buildBooking } from "./testing/build-booking.ts";

const TOKEN = "the guest's token";
const secrets = { request_hash: null, manage_salt: null, manage_token_hash: hashManageToken(TOKEN) };
const guests = { booking: buildBooking(), secrets };
const signedIn = { booking: buildBooking({ customer_uid: "grace" }), secrets };

const grace: Principal = { uid: "grace", role: "customer", shopId: null, mechanicId: null };
const ada: Principal = { uid: "ada's uid", role: "mechanic", shopId: "shop", mechanicId: "ada" };
const admin: Principal = { uid: "admin", role: "admin", shopId: "shop", mechanicId: null };

const as = (principal: Principal | undefined, manageToken: string | null = null) => ({
  principal,
  manageToken,
});

describe("roleOf", () => {
  it.each([
    { who: "the shop's admin", principal: admin, role: "admin" },
    { who: "an admin of every shop", principal: { ...admin, shopId: null }, role: "admin" },
    { who: "another shop's admin", principal: { ...admin, shopId: "other" }, role: undefined },
    { who: "the booking's mechanic", principal: ada, role: "mechanic" },
    { who: "another mechanic", principal: { ...ada, mechanicId: "bob" }, role: undefined },
    { who: "another shop's mechanic of that id", principal: { ...ada, shopId: "other" }, role: undefined },
    { who: "a customer with a mechanic's claims", principal: { ...ada, role: "customer" }, role: undefined },
    { who: "the customer", principal: grace, role: "customer" },
    { who: "another customer", principal: { ...grace, uid: "eve" }, role: undefined },
    { who: "an anonymous caller", principal: undefined, role: undefined },
  ] as const)("is $role for $who", ({ principal, role }) => {
    expect(roleOf(as(principal), signedIn)).toBe(role);
  });

  it("puts staff before the customer they also are", () => {
    expect(roleOf(as({ ...ada, uid: "grace" }), signedIn)).toBe("mechanic");
    expect(roleOf(as({ ...admin, uid: "grace" }), signedIn)).toBe("admin");
  });

  it("is guest with the right token, of a booking that has no signed-in customer", () => {
    expect(roleOf(as(undefined, TOKEN), guests)).toBe("guest");
    expect(roleOf(as(grace, TOKEN), guests)).toBe("guest");
    expect(roleOf(as(undefined, TOKEN), signedIn)).toBeUndefined();
    expect(roleOf(as(undefined, "another token"), guests)).toBeUndefined();
    expect(roleOf(as(undefined), guests)).toBeUndefined();
    const withoutToken = { ...guests, secrets: { ...secrets, manage_token_hash: null } };
    expect(roleOf(as(undefined, TOKEN), withoutToken)).toBeUndefined();
  });
});
