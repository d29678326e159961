import type { Request } from "express";
import { describe, expect, it } from "vitest";
import { principalFromClaims } from "../auth/principal.ts";
import type { VerifyToken } from "../auth/token-verifier.ts";
import { callerOf, callerOfChange, requireAdmin, requireStaff } from "./authenticate.ts";

const SHOP = "a";
const CLAIMS: Record<string, Record<string, string>> = {
  customer: {},
  mechanic: { role: "mechanic", shop_id: SHOP, mechanic_id: "ada" },
  admin: { role: "admin", shop_id: SHOP },
  platform: { role: "admin", shop_id: "*" },
  nowhere: { role: "admin" },
};

/** A request with the token `WHO`, or with `WHO-revoked`. */
const from = (token: string) =>
  ({ get: () => (token === "" ? undefined : `Bearer ${token}`) }) as unknown as Request;

const verify: VerifyToken = (token, { checkRevoked }) => {
  const [who = "", revoked] = token.split("-");
  const claims = CLAIMS[who];
  const isValid = claims !== undefined && !(checkRevoked && revoked);
  return Promise.resolve(isValid ? principalFromClaims(who, claims) : undefined);
};

const unauthenticated = { refusal: { error: "unauthenticated" } };
const forbidden = { refusal: { error: "forbidden" } };

describe("callerOf", () => {
  it("returns the caller of a read, even if the token was revoked", async () => {
    expect(await callerOf(from("admin-revoked"), verify)).toMatchObject({ uid: "admin" });
    expect(await callerOf(from(""), verify)).toBeUndefined();
    await expect(callerOf(from("nonsense"), verify)).rejects.toMatchObject(unauthenticated);
  });
});

describe("callerOfChange", () => {
  it("refuses a revoked token of staff, and does not ask for a customer's", async () => {
    expect(await callerOfChange(from("mechanic"), verify)).toMatchObject({ uid: "mechanic" });
    await expect(callerOfChange(from("mechanic-revoked"), verify)).rejects.toMatchObject(unauthenticated);
    expect(await callerOfChange(from("customer-revoked"), verify)).toMatchObject({ uid: "customer" });
    expect(await callerOfChange(from(""), verify)).toBeUndefined();
  });
});

describe("requireAdmin", () => {
  it("returns an admin of the shop or of the platform", async () => {
    expect(await requireAdmin(from("admin"), SHOP, verify)).toMatchObject({ uid: "admin" });
    expect(await requireAdmin(from("platform"), SHOP, verify)).toMatchObject({ uid: "platform" });
  });

  it("refuses a revoked token and a missing one with 401", async () => {
    for (const token of ["admin-revoked", ""]) {
      await expect(requireAdmin(from(token), SHOP, verify)).rejects.toMatchObject(unauthenticated);
    }
  });

  it("refuses everybody else with 403, an admin without a shop too", async () => {
    for (const token of ["customer", "mechanic", "nowhere"]) {
      await expect(requireAdmin(from(token), SHOP, verify)).rejects.toMatchObject(forbidden);
    }
  });
});

describe("requireStaff", () => {
  it("returns a mechanic or an admin, and refuses everybody else", async () => {
    for (const token of ["mechanic", "admin", "platform"]) {
      expect(await requireStaff(from(token), verify)).toMatchObject({ uid: token });
    }
    for (const token of ["customer", "nowhere"]) {
      await expect(requireStaff(from(token), verify)).rejects.toMatchObject(forbidden);
    }
    await expect(requireStaff(from("mechanic-revoked"), verify)).rejects.toMatchObject(unauthenticated);
  });
});
