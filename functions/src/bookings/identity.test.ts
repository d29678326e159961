import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  bookingIdFromHold,
  bookingIdFromKey,
  hashManageToken,
  isManageToken,
  manageToken,
  newManageSalt,
} from "./identity.ts";

const sha256 = (text: string) => createHash("sha256").update(text);

describe("bookingIdFromKey", () => {
  it("is the first 32 hex digits of the hash of shop, caller and key: stored bookings are found by it", () => {
    const [guests, graces] = ['["shop","guest","key"]', '["shop","user:grace","key"]'];
    expect(bookingIdFromKey("shop", null, "key")).toBe(sha256(guests).digest("hex").slice(0, 32));
    expect(bookingIdFromKey("shop", "grace", "key")).toBe(sha256(graces).digest("hex").slice(0, 32));
  });

  it("differs between shops, callers and keys, also where their texts run together", () => {
    const ids = [
      bookingIdFromKey("shop", null, "key"),
      bookingIdFromKey("shop", "guest", "key"),
      bookingIdFromKey("shop2", null, "key"),
      bookingIdFromKey("shop", null, "key2"),
      bookingIdFromKey("shop", "a", "bc"),
      bookingIdFromKey("shop", "ab", "c"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("bookingIdFromHold", () => {
  it("is the first 32 hex digits of the hash of shop, caller and hold", () => {
    const expected = sha256('["shop",null,"hold","key"]').digest("hex").slice(0, 32);
    expect(bookingIdFromHold("shop", null, "key")).toBe(expected);
    expect(bookingIdFromHold("shop", "grace", "key")).not.toBe(expected);
    expect(bookingIdFromHold("shop", null, "key")).not.toBe(bookingIdFromKey("shop", null, "key"));
  });
});

describe("a manage token", () => {
  it("follows from booking, salt and the client's secret", () => {
    const token = manageToken("booking", "salt", "secret");
    expect(token).toBe(createHmac("sha256", "salt").update('["booking","secret"]').digest("base64url"));
    for (const [booking, salt, secret] of [
      ["booking2", "salt", "secret"],
      ["booking", "salt2", "secret"],
      ["booking", "salt", "secret2"],
    ] as const) {
      expect(manageToken(booking, salt, secret)).not.toBe(token);
    }
  });

  it("is recognised by its hash alone", () => {
    const token = manageToken("booking", "salt", "secret");
    expect(hashManageToken(token)).toBe(sha256(token).digest("base64url"));
    expect(isManageToken(token, hashManageToken(token))).toBe(true);
    expect(isManageToken(`${token}x`, hashManageToken(token))).toBe(false);
    expect(isManageToken(token, token)).toBe(false);
  });

  it("is refused, not an error, where the stored hash has another length", () => {
    expect(isManageToken("token", "")).toBe(false);
    expect(isManageToken("token", `${hashManageToken("token")}x`)).toBe(false);
  });

  it("has a new salt of 24 random bytes for every booking", () => {
    const salts = Array.from({ length: 20 }, newManageSalt);
    expect(new Set(salts).size).toBe(20);
    for (const salt of salts) expect(Buffer.from(salt, "base64url")).toHaveLength(24);
  });
});
