import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ManageLinks } from "../notifications/manage-links.ts";
import { KeyedHash } from "../platform/keyed-hash.ts";
import type { Principal } from "../platform/auth/principal.ts";
import { roleOf, type Caller } from "./access.ts";
import type { BookingRecord } from "./booking-record.ts";
import { buildBooking } from "./testing/build-booking.ts";

const links = new ManageLinks(
  new KeyedHash("MANAGE_TOKEN_SECRET", "secret of the tests"),
  "https://shop.example",
);
const NONE = { request_hash: null, manage_token_hash: null };
const guests = { booking: buildBooking(), former: NONE };
const signedIn = { booking: buildBooking({ customer_uid: "grace" }), former: NONE };
const TOKEN = links.token(guests.booking);
const FORMER_TOKEN = "the token of an older booking";
const FORMER_HASH = createHash("sha256").update(FORMER_TOKEN).digest("base64url");
const of = (caller: Caller, record: BookingRecord) => roleOf(caller, record, links);

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
    { who: "an admin of every shop", principal: { ...admin, shopId: "*" }, role: "admin" },
    { who: "an admin without a shop", principal: { ...admin, shopId: null }, role: undefined },
    { who: "another shop's admin", principal: { ...admin, shopId: "other" }, role: undefined },
    { who: "the booking's mechanic", principal: ada, role: "mechanic" },
    { who: "another mechanic", principal: { ...ada, mechanicId: "bob" }, role: undefined },
    { who: "another shop's mechanic of that id", principal: { ...ada, shopId: "other" }, role: undefined },
    { who: "a customer with a mechanic's claims", principal: { ...ada, role: "customer" }, role: undefined },
    { who: "the customer", principal: grace, role: "customer" },
    { who: "another customer", principal: { ...grace, uid: "eve" }, role: undefined },
    { who: "an anonymous caller", principal: undefined, role: undefined },
  ] as const)("is $role for $who", ({ principal, role }) => {
    expect(of(as(principal), signedIn)).toBe(role);
  });

  it("puts staff before the customer they also are", () => {
    expect(of(as({ ...ada, uid: "grace" }), signedIn)).toBe("mechanic");
    expect(of(as({ ...admin, uid: "grace" }), signedIn)).toBe("admin");
  });

  it("is guest with the right token, of a booking that has no signed-in customer", () => {
    expect(of(as(undefined, TOKEN), guests)).toBe("guest");
    expect(of(as(grace, TOKEN), guests)).toBe("guest");
    expect(of(as(undefined, TOKEN), signedIn)).toBeUndefined();
    expect(of(as(undefined, "another token"), guests)).toBeUndefined();
    expect(of(as(undefined), guests)).toBeUndefined();
    const revoked = { ...guests, booking: buildBooking({ manage_token_version: 2 }) };
    expect(of(as(undefined, TOKEN), revoked)).toBeUndefined();
  });

  it("is guest with the token whose hash an older booking stores", () => {
    const older = { ...guests, former: { ...NONE, manage_token_hash: FORMER_HASH } };
    expect(of(as(undefined, FORMER_TOKEN), older)).toBe("guest");
    expect(of(as(undefined, FORMER_TOKEN), guests)).toBeUndefined();
  });
});
