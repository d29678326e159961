import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSlotId } from "../availability/answers/slot-id.ts";
import { minuteAt } from "../reservations/testing/builders.ts";
import {
  bookingBody,
  bookingRequest,
  hashRequest,
  idempotencyKeySchema,
  type PartialBookingRequest,
} from "./booking-request.ts";

const TEN = "2026-01-19T10:00:00Z";
const START = minuteAt("2026-01-19T10:00");
const customer = { name: "Grace" };
const explicit = { service_id: "repair", start: TEN, customer };

/** The request that a body makes, as it comes from JSON. */
function requestOf(body: object, sessionHeader?: string) {
  return bookingRequest(bookingBody.parse(body), sessionHeader);
}

/** The fields that a refused body names, with what is said of each. */
function problemsOf(body: object): Record<string, string> {
  const outcome = requestOf(body);
  if (outcome.ok) return {};
  expect(outcome.refusal.error).toBe("invalid_request");
  const { fields } = outcome.refusal.details as { fields: { path: string; message: string }[] };
  return Object.fromEntries(fields.map(({ path, message }) => [path, message]));
}

const accepts = (body: object) => bookingBody.safeParse(body).success;

describe("bookingRequest", () => {
  it("takes a slot that is spelled out, and null for what is left unsaid", () => {
    const onlyName = { name: "Grace", email: null, phone: null };
    expect(requestOf(explicit)).toEqual({
      ok: true,
      value: {
        serviceId: "repair",
        mechanicId: null,
        start: START,
        durationMinutes: null,
        customer: onlyName,
        notes: null,
        language: null,
        hold: null,
        override: null,
      },
    });
    const contact = { name: "Grace", email: "grace@example.org", phone: "212 555 0100" };
    const more = { mechanic_id: "ada", duration_minutes: 90, notes: "Ring twice", language: "zh-TW" };
    expect(requestOf({ ...explicit, ...more, customer: contact })).toMatchObject({
      value: {
        mechanicId: "ada",
        durationMinutes: 90,
        notes: "Ring twice",
        language: "zh-Hant",
        customer: contact,
      },
    });
    const nulls = { mechanic_id: null, notes: null, language: null };
    expect(requestOf({ ...explicit, ...nulls })).toEqual(requestOf(explicit));
  });

  it("names every field that is missing without slot id or hold", () => {
    const message = "Required, unless slot_id or hold_id is given.";
    expect(problemsOf({ customer })).toEqual({ service_id: message, start: message });
    expect(problemsOf({ customer, start: TEN })).toEqual({ service_id: message });
    expect(problemsOf({ customer, service_id: "repair" })).toEqual({ start: message });
  });

  it("takes an override for a named mechanic alone", () => {
    const override = "outside_hours";
    expect(requestOf({ ...explicit, mechanic_id: "ada", override })).toMatchObject({
      ok: true,
      value: { override },
    });
    expect(requestOf(explicit)).toMatchObject({ ok: true, value: { override: null } });
    const message = "Required with override: whose hours it concerns.";
    expect(problemsOf({ ...explicit, mechanic_id: null, override })).toEqual({ mechanic_id: message });
  });

  it("takes a slot by its id", () => {
    const key = { mechanicId: "ada", serviceId: "repair", start: START, durationMinutes: 45 };
    expect(requestOf({ slot_id: encodeSlotId(key), customer })).toMatchObject({ ok: true, value: key });
  });

  it("refuses a slot id that is none, and one of the general grid", () => {
    expect(problemsOf({ slot_id: "x", customer })).toEqual({ slot_id: "Not an id of one of our slots." });
    const grid = encodeSlotId({ mechanicId: "ada", serviceId: null, start: START, durationMinutes: 45 });
    const message = "That slot names no service: list the slots with service_id.";
    expect(problemsOf({ slot_id: grid, customer })).toEqual({ slot_id: message });
  });

  it("names every field that a slot id says already", () => {
    const slot_id = encodeSlotId({
      mechanicId: "ada",
      serviceId: "repair",
      start: START,
      durationMinutes: 45,
    });
    const surplus = { service_id: "repair", mechanic_id: "ada", start: TEN, duration_minutes: 45 };
    const message = "Already said by slot_id: leave it out.";
    for (const [field, value] of Object.entries(surplus)) {
      expect(problemsOf({ slot_id, customer, [field]: value })).toEqual({ [field]: message });
    }
    expect(Object.keys(problemsOf({ slot_id, customer, ...surplus }))).toEqual(Object.keys(surplus));
  });

  it("takes a hold with its session, from the body before the header", () => {
    const held = { hold_id: "hold", customer };
    const hold = { holdId: "hold", sessionId: "body" };
    const unsaid = { serviceId: null, start: null, mechanicId: null, durationMinutes: null };
    expect(requestOf({ ...held, session_id: "body" }, "header")).toMatchObject({
      value: { ...unsaid, hold },
    });
    expect(requestOf(held, "header")).toMatchObject({ value: { hold: { sessionId: "header" } } });
    expect(problemsOf(held)).toEqual({ session_id: "Required with hold_id: the session that holds." });
    expect(requestOf(explicit, "header")).toMatchObject({ ok: true, value: { hold: null } });
  });
});

describe("bookingBody", () => {
  it.each([
    { slot_id: "" },
    { slot_id: "x".repeat(1001) },
    { service_id: "a/b" },
    { start: "2026-01-19" },
    { duration_minutes: 0 },
    { duration_minutes: 1.5 },
    { hold_id: "" },
    { session_id: "" },
    { customer: { name: "" } },
    { customer: { name: "x".repeat(201) } },
    { customer: { name: "Grace", age: 7 } },
    { customer: { name: "Grace", email: "grace" } },
    { customer: { name: "Grace", email: `${"x".repeat(60)}@${"y.".repeat(100)}org` } },
    { notes: "" },
    { notes: "x".repeat(2001) },
    { language: "e" },
    { language: "en_US" },
    { language: "xen-US-" },
    { language: "english" },
    { language: "en-x" },
    { language: 7 },
    { unknown: 1 },
  ])("may not have %j", (field) => expect(accepts({ ...explicit, ...field })).toBe(false));

  it.each([
    { slot_id: "x".repeat(1000) },
    { duration_minutes: 1 },
    { notes: "x".repeat(2000) },
    { language: "en" },
    { language: "yue-Hant-HK" },
    { customer: { name: "x".repeat(200), email: null, phone: null } },
    { customer: { name: "Grace", email: "grace@example.org" } },
  ])("may have %j", (field) => expect(accepts({ ...explicit, ...field })).toBe(true));

  const accepted = [
    "123",
    "(212) 555-0100 x12",
    "+44 20 7946 0958",
    "212.555.0100",
    "212-555-0100, ext. 7",
    "212 555 0100 EXT12345678",
    " 0912/345678 ",
    "212\u2010555\u20130100",
    `${"1".repeat(40)}`,
  ];
  it.each(accepted)("may have the phone number %s", (phone) => {
    expect(bookingBody.parse({ ...explicit, customer: { name: "Grace", phone } }).customer.phone).toBe(
      phone.trim(),
    );
  });

  it.each([
    "12",
    "1-2",
    "call me",
    "12 ext 3",
    "212 555 0100 x",
    "212 555 0100 x123456789",
    "212 555 0100 y12",
    "++1234",
    "(+)",
    "x123",
    "1".repeat(41),
    "123\n456",
    "",
  ])("may not have the phone number %j", (phone) => {
    expect(accepts({ ...explicit, customer: { name: "Grace", phone } })).toBe(false);
  });

  it("says what is wrong with a phone number, an address and a language", () => {
    const wrong = { customer: { name: "Grace", email: "x", phone: "x" }, language: "?" };
    const issues = bookingBody.safeParse({ ...explicit, ...wrong }).error?.issues ?? [];
    expect(Object.fromEntries(issues.map(({ path, message }) => [path.join("."), message]))).toEqual({
      "customer.email": "Not an e-mail address.",
      "customer.phone":
        "Not a phone number: at least 3 digits, at most 40 characters, e.g. (212) 555-0100 x12.",
      language: "Not a BCP 47 language tag.",
    });
    const several = bookingBody.safeParse({ ...explicit, language: ["en"] });
    expect(several.error?.issues[0]?.message).toBe("Give one language.");
  });
});

describe("idempotencyKeySchema", () => {
  it("takes 1 to 255 characters and says so", () => {
    for (const key of ["k", "k".repeat(255)]) expect(idempotencyKeySchema.parse(key)).toBe(key);
    for (const key of ["", "k".repeat(256)]) {
      expect(idempotencyKeySchema.safeParse(key).error?.issues[0]?.message).toBe("1 to 255 characters.");
    }
  });
});

describe("hashRequest", () => {
  const request: PartialBookingRequest = {
    serviceId: "repair",
    mechanicId: null,
    start: START,
    durationMinutes: 60,
    customer: { name: "Grace", email: "grace@example.org", phone: null },
    notes: null,
    language: null,
    hold: null,
    override: null,
  };
  const hashOf = (parts: unknown[]) => createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
  const parts = ["repair", null, START, 60, "Grace", "grace@example.org", null, null];
  const hold = { holdId: "hold", sessionId: "session" };

  it("is of the fields alone that requests always had: stored hashes stay valid", () => {
    expect(hashRequest(request)).toBe(hashOf(parts));
  });

  it("adds language and hold where there is one, and never the session", () => {
    expect(hashRequest({ ...request, language: "en" })).toBe(hashOf([...parts, "en", null]));
    expect(hashRequest({ ...request, hold })).toBe(hashOf([...parts, null, "hold"]));
    expect(hashRequest({ ...request, hold, language: "en" })).toBe(hashOf([...parts, "en", "hold"]));
    expect(hashRequest({ ...request, hold: { ...hold, sessionId: "other" } })).toBe(
      hashRequest({ ...request, hold }),
    );
  });

  it("is the same for two requests only if they ask for the same", () => {
    const word = fc.constantFrom(null, "a", "b");
    const any: fc.Arbitrary<PartialBookingRequest> = fc.record({
      serviceId: word,
      mechanicId: word,
      start: fc.constantFrom(null, START),
      durationMinutes: fc.constantFrom(null, 60),
      customer: fc.record({ name: fc.constantFrom("a", "b"), email: word, phone: word }),
      notes: word,
      language: fc.constantFrom(null, "en", "zh-Hant"),
      hold: fc.constantFrom(null, hold),
      override: fc.constantFrom(null, "outside_hours"),
    });
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(hashRequest(one) === hashRequest(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
