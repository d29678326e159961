import { describe, expect, it } from "vitest";
import { isAdminOf, isStaffOf, principalFromClaims } from "./principal.ts";

const withClaims = (claims: Record<string, unknown>) => principalFromClaims("boss", claims);

describe("isAdminOf", () => {
  it("accepts an admin of the shop, and of no other", () => {
    const admin = withClaims({ role: "admin", shop_id: "a" });
    expect(isAdminOf(admin, "a")).toBe(true);
    expect(isAdminOf(admin, "b")).toBe(false);
  });

  it("accepts the platform's admin in every shop", () => {
    expect(isAdminOf(withClaims({ role: "admin", shop_id: "*" }), "a")).toBe(true);
  });

  it.each([{}, { shop_id: "" }, { shop_id: null }, { shop_id: ["a"] }, { shop_id: 0 }])(
    "refuses an admin claim that names no shop (%j)",
    (claims) => {
      const admin = withClaims({ role: "admin", ...claims });
      expect(isAdminOf(admin, "a")).toBe(false);
      expect(isStaffOf(admin, "a")).toBe(false);
    },
  );
});

describe("isStaffOf", () => {
  it("accepts a mechanic in their own shop only, `*` included", () => {
    const mechanic = (shop_id: string) => withClaims({ role: "mechanic", shop_id, mechanic_id: "ada" });
    expect(isStaffOf(mechanic("a"), "a")).toBe(true);
    expect(isStaffOf(mechanic("b"), "a")).toBe(false);
    expect(isStaffOf(mechanic("*"), "a")).toBe(false);
  });

  it("takes an unknown role for a customer's", () => {
    expect(withClaims({ role: "owner", shop_id: "a" }).role).toBe("customer");
  });
});
