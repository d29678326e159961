import { describe, expect, it } from "vitest";
import type { Millis } from "../engine/units.ts";
import {
  buildEntry,
  buildException,
  buildService,
  buildShop,
  later,
  millisAt,
  minuteAt,
  minutes,
  NO_BUFFERS,
} from "../reservations/testing/builders.ts";
import { InMemoryReservations, type Stock } from "../reservations/testing/in-memory-reservations.ts";
import type { AcceptedReservation } from "../reservations/decide-reservation.ts";
import { attemptHold, MAX_HOLDS, type HoldOrder } from "./attempt-hold.ts";
import type { Hold } from "./hold.ts";
import type { HoldTransaction } from "./hold-store.ts";
import { buildHold } from "./testing/build-hold.ts";

const NOW = millisAt("2026-01-19T08:00");
const TEN = minuteAt("2026-01-19T10:00");
const DATE = "2026-01-19";

const order: HoldOrder = {
  holdId: "new",
  requestId: "request",
  sessionHash: "session",
  request: { serviceId: "repair", mechanicId: "ada", start: TEN, durationMinutes: null },
  actor: { kind: "customer", uid: "mei" },
  dateHint: DATE,
};

const own = buildHold({ id: "own" });
const ownEntry = buildEntry("own", TEN, 60, { kind: "hold", expires_at: own.expires_at });

/** A stand-in for the transaction: the reservation steps in memory, and a list of holds. */
class InMemoryHolds extends InMemoryReservations {
  readonly saved: { readonly hold: Hold; readonly accepted: AcceptedReservation }[] = [];
  readonly asked: { readonly sessionHash: string; readonly now: Millis }[] = [];

  constructor(
    private readonly live: readonly Hold[] = [],
    stock: Stock = {},
  ) {
    super(stock);
  }

  liveHoldsOf(sessionHash: string, now: Millis): Promise<Hold[]> {
    this.asked.push({ sessionHash, now });
    return Promise.resolve([...this.live]);
  }

  writeHold(hold: Hold, accepted: AcceptedReservation): void {
    this.saved.push({ hold, accepted });
  }
}

function attempt(tx: InMemoryHolds, more: Partial<HoldOrder> = {}) {
  const context = { now: NOW, bufferReachOf: () => NO_BUFFERS };
  return attemptHold(tx as unknown as HoldTransaction, { ...order, ...more }, context);
}

describe("attemptHold", () => {
  it("writes a hold of a free slot that lasts as long as the shop holds slots", async () => {
    const service = buildService({ buffer_before_minutes: 5, buffer_after_minutes: 10 });
    const shop = buildShop({ hold_minutes: 7 });
    const tx = new InMemoryHolds([], { shop, service });
    const expires_at = later(NOW, 7);
    const hold = {
      ...own,
      id: "new",
      extent_start: TEN - 5,
      extent_end: TEN + 70,
      request_id: "request",
      created_at: NOW,
      expires_at,
    };
    expect(await attempt(tx)).toEqual({ kind: "held", hold, shop, again: false, dates: [DATE] });
    expect(tx.saved).toHaveLength(1);
    expect(tx.saved[0]?.hold).toEqual(hold);
    expect(tx.saved[0]?.accepted.entry).toEqual({
      kind: "hold",
      id: "new",
      start: TEN - 5,
      end: TEN + 70,
      slot_start: TEN,
      slot_end: TEN + 60,
      location_id: null,
      expires_at,
      session_hash: "session",
      service_id: "repair",
    });
    expect(tx.asked).toEqual([{ sessionHash: "session", now: NOW }]);
  });

  it("extends the session's own hold of the slot once, and keeps its id and birth", async () => {
    const tx = new InMemoryHolds([own], { entries: [ownEntry] });
    const expires_at = later(NOW, 10);
    const hold = { ...own, extended: true, request_id: "request", expires_at };
    expect(await attempt(tx)).toMatchObject({ kind: "held", hold, again: true, dates: [DATE] });
    expect(tx.saved.map(({ hold: saved }) => saved)).toEqual([hold]);
    expect(tx.saved[0]?.accepted.ledgers[0]?.entries).toMatchObject([{ id: "own", expires_at }]);

    const extended = new InMemoryHolds([{ ...own, extended: true }], { entries: [ownEntry] });
    expect(await attempt(extended)).toMatchObject({
      kind: "refused",
      refusal: { error: "hold_extended" },
      resolved: { date: DATE },
    });
    expect(extended.saved).toEqual([]);
  });

  it("recognises its own earlier attempt and writes nothing", async () => {
    const earlier = { ...own, request_id: "request", extended: true };
    const tx = new InMemoryHolds([earlier], { entries: [ownEntry] });
    expect(await attempt(tx)).toEqual({
      kind: "held",
      hold: earlier,
      shop: buildShop(),
      again: false,
      dates: [],
    });
    expect(tx.saved).toEqual([]);
  });

  const others = (count: number): Hold[] =>
    Array.from({ length: count }, (_, index) => ({
      ...own,
      id: `${index}`,
      start: minutes(TEN + 60 + index),
    }));

  it("refuses a session that has as many holds as it may, unless it extends one of them", async () => {
    expect(MAX_HOLDS).toBe(3);
    const full = new InMemoryHolds(others(3));
    expect(await attempt(full)).toMatchObject({
      kind: "refused",
      refusal: { error: "hold_limit" },
      resolved: { date: DATE },
    });
    expect(full.saved).toEqual([]);
    expect(await attempt(new InMemoryHolds(others(2)))).toMatchObject({ kind: "held", again: false });
    expect(await attempt(new InMemoryHolds([...others(2), own]))).toMatchObject({
      kind: "held",
      again: true,
    });
  });

  it.each<{ differing: Partial<Hold> }>([
    { differing: { mechanic_id: "bob" } },
    { differing: { service_id: "paint" } },
    { differing: { start: minutes(TEN + 1) } },
    { differing: { end: minutes(TEN + 90) } },
  ])("does not take a hold with $differing for a hold of the same slot", async ({ differing }) => {
    const tx = new InMemoryHolds([{ ...own, extended: true, ...differing }]);
    expect(await attempt(tx)).toMatchObject({ kind: "held", hold: { id: "new" }, again: false });
  });

  it.each([
    { why: "another's booking", stock: { entries: [buildEntry("other", TEN, 30)] }, error: "slot_taken" },
    { why: "an exception", stock: { exceptions: [buildException(DATE)] }, error: "outside_hours" },
  ])("refuses a slot because of $why, with the slot for the alternatives", async ({ stock, error }) => {
    const tx = new InMemoryHolds([], stock);
    const refused = { kind: "refused", refusal: { error }, resolved: { slot: { start: TEN } } };
    expect(await attempt(tx)).toMatchObject(refused);
    expect(tx.saved).toEqual([]);
  });

  it("refuses what cannot be resolved before it looks at the session", async () => {
    const tx = new InMemoryHolds([], { service: undefined });
    expect(await attempt(tx)).toMatchObject({
      kind: "refused",
      refusal: { error: "not_found" },
      resolved: null,
    });
    const noGuests = new InMemoryHolds([], { shop: buildShop({ allow_guest_booking: false }) });
    expect(await attempt(noGuests, { actor: { kind: "guest", uid: null } })).toMatchObject({
      refusal: { error: "unauthenticated" },
    });
    expect([...tx.asked, ...noGuests.asked]).toEqual([]);
  });
});
