import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { KeyedHash } from "../platform/keyed-hash.ts";
import { minuteAt } from "../reservations/testing/builders.ts";
import type { PartialBookingRequest } from "./booking-request.ts";
import { bookingIdFromHold, bookingIdFromKey, isFormerToken, requestIdOf } from "./identity.ts";

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

describe("requestIdOf", () => {
  const hash = new KeyedHash("MANAGE_TOKEN_SECRET", "secret of the tests");
  const request: PartialBookingRequest = {
    serviceId: "repair",
    mechanicId: null,
    start: minuteAt("2026-01-19T10:00"),
    durationMinutes: null,
    customer: { name: "Grace", email: null, phone: null },
    notes: null,
    language: null,
    hold: null,
    override: null,
  };

  it("is the same for an equal request and differs with the booking, the request and the key of the hash", () => {
    const id = requestIdOf(hash, "booking", request);
    expect(requestIdOf(hash, "booking", { ...request })).toBe(id);
    expect(requestIdOf(hash, "booking2", request)).not.toBe(id);
    expect(requestIdOf(hash, "booking", { ...request, notes: "Ring twice." })).not.toBe(id);
    expect(requestIdOf(new KeyedHash("MANAGE_TOKEN_SECRET", "another secret"), "booking", request)).not.toBe(
      id,
    );
  });

  it("differs with the session of the hold", () => {
    const held = (sessionId: string) => ({ ...request, hold: { holdId: "hold", sessionId } });
    expect(requestIdOf(hash, "booking", held("a"))).not.toBe(requestIdOf(hash, "booking", held("b")));
  });
});

describe("isFormerToken", () => {
  const former = { request_hash: null, manage_token_hash: sha256("token").digest("base64url") };

  it("recognises a token by the hash that an older document has", () => {
    expect(isFormerToken("token", former)).toBe(true);
    expect(isFormerToken("tokenx", former)).toBe(false);
    expect(isFormerToken(former.manage_token_hash, former)).toBe(false);
  });

  it("refuses a document without a hash, and a stored hash of another length", () => {
    expect(isFormerToken("token", { ...former, manage_token_hash: null })).toBe(false);
    expect(isFormerToken("token", { ...former, manage_token_hash: "" })).toBe(false);
    expect(isFormerToken("token", { ...former, manage_token_hash: `${former.manage_token_hash}x` })).toBe(
      false,
    );
  });
});
