import { describe, expect, it } from "vitest";
import type { Hold } from "../holds/hold.ts";
import type { HoldStore } from "../holds/hold-store.ts";
import { hashSession } from "../holds/session.ts";
import { buildHold } from "../holds/testing/build-hold.ts";
import { Cost } from "../platform/scope.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { locateSlot } from "../reservations/resolve-slot.ts";
import {
  buildEntry,
  buildLedgers,
  buildMechanic,
  buildService,
  buildShop,
  millis,
  millisAt,
  minuteAt,
  minutes,
} from "../reservations/testing/builders.ts";
import type { PartialBookingRequest } from "./booking-request.ts";
import type { BookingTransaction } from "./booking-store.ts";
import { checkHold, resolveHold } from "./consume-hold.ts";

const NOW = millisAt("2026-01-19T08:00");
const TEN = minuteAt("2026-01-19T10:00");
const REFERENCE = { holdId: "hold", sessionId: "session" };
const SESSION_HASH = hashSession("shop", "session");

const hold = buildHold({ session_hash: SESSION_HASH, expires_at: millis(NOW + 1) });

const asked: PartialBookingRequest = {
  serviceId: null,
  mechanicId: null,
  start: null,
  durationMinutes: null,
  customer: { name: "Grace", email: null, phone: null },
  notes: null,
  language: null,
  hold: REFERENCE,
  override: null,
};

const NO_SUCH_HOLD = { error: "not_found", message: "There is no such hold." };
const NOT_YOURS = { error: "forbidden", message: "The hold is another session's." };
const EXPIRED = { error: "hold_expired" };
const ANOTHER_SLOT = {
  error: "invalid_request",
  details: { fields: [{ path: "hold_id", message: "It holds another slot." }] },
};

describe("resolveHold", () => {
  /** Resolves the request with a stand-in for the store that knows one hold, and counts its reads. */
  async function resolve(request: Partial<PartialBookingRequest>, stored: Hold | undefined = hold) {
    const read: string[][] = [];
    const store: Pick<HoldStore, "hold"> = {
      hold: (shopId, holdId) => {
        read.push([shopId, holdId]);
        return Promise.resolve(stored);
      },
    };
    const scope = { now: NOW, cost: new Cost() };
    const outcome = await resolveHold(store as HoldStore, "shop", { ...asked, ...request }, scope);
    return { outcome, read };
  }

  it("completes a request that says nothing by what its hold says", async () => {
    const { outcome, read } = await resolve({});
    const completed = { serviceId: "repair", mechanicId: "ada", start: TEN, durationMinutes: 60 };
    expect(outcome).toEqual({ ok: true, value: { ...asked, ...completed } });
    expect(read).toEqual([["shop", "hold"]]);
  });

  const slot = { serviceId: "repair", start: TEN };

  it.each([
    { why: "names slot and mechanic", request: { ...slot, mechanicId: "ada" } },
    { why: "has no hold", request: { ...slot, hold: null } },
    { why: "has a mechanic and no hold", request: { ...slot, mechanicId: "bob", hold: null } },
  ])("reads nothing for a request that $why", async ({ request }) => {
    const { outcome, read } = await resolve(request);
    expect(outcome).toEqual({ ok: true, value: { ...asked, ...request } });
    expect(read).toEqual([]);
  });

  it.each([
    { ...slot },
    { serviceId: "repair", mechanicId: "ada" },
    { start: TEN, mechanicId: "ada" },
    { durationMinutes: 60 },
  ])("completes %j, which agrees with the hold", async (request) => {
    const { outcome, read } = await resolve(request);
    expect(outcome).toMatchObject({ ok: true, value: { ...slot, mechanicId: "ada", durationMinutes: 60 } });
    expect(read).toHaveLength(1);
  });

  it.each([
    { serviceId: "paint" },
    { start: minutes(TEN + 1) },
    { durationMinutes: 61 },
    { mechanicId: "bob" },
  ])("refuses %j, which the hold contradicts", async (request) => {
    const { outcome } = await resolve(request);
    expect(outcome).toMatchObject({ ok: false, refusal: ANOTHER_SLOT });
  });

  it("refuses a hold that is not there, another session's, or expired", async () => {
    const refusalOf = async (stored: Hold | undefined) => {
      const { outcome } = await resolve({}, stored);
      return outcome.ok ? null : outcome.refusal;
    };
    expect(await refusalOf({ ...hold, session_hash: "other", expires_at: NOW })).toEqual(NOT_YOURS);
    expect(await refusalOf({ ...hold, expires_at: NOW })).toMatchObject(EXPIRED);
    const none: Pick<HoldStore, "hold"> = { hold: () => Promise.resolve(undefined) };
    const scope = { now: NOW, cost: new Cost() };
    const missing = { ok: false, refusal: NO_SUCH_HOLD };
    expect(await resolveHold(none as HoldStore, "shop", asked, scope)).toEqual(missing);
    expect(await resolveHold(none as HoldStore, "shop", { ...asked, hold: null }, scope)).toEqual(missing);
  });
});

describe("checkHold", () => {
  const entry = buildEntry("hold", TEN, 60, {
    kind: "hold",
    expires_at: hold.expires_at,
    session_hash: SESSION_HASH,
    service_id: "repair",
  });

  /** Checks the reference with a stand-in for the transaction that has one hold document, or none. */
  async function check(entries: readonly LedgerEntry[], stored?: Hold) {
    const read: string[] = [];
    const tx: Pick<BookingTransaction, "hold"> = {
      hold: (holdId) => {
        read.push(holdId);
        return Promise.resolve(stored);
      },
    };
    const context = {
      resolved: locateSlot(buildShop(), buildService(), TEN, 60),
      mechanic: buildMechanic(),
      ledgers: buildLedgers("UTC", ["2026-01-18", "2026-01-19"], entries),
      override: null,
    };
    const outcome = await checkHold(tx as BookingTransaction, context, REFERENCE, NOW);
    return { outcome, read };
  }

  it("accepts the session's live hold of the slot from the ledger alone", async () => {
    const other = buildEntry("other", minutes(TEN - 60), 30);
    const { outcome, read } = await check([other, entry]);
    expect(outcome).toEqual({ ok: true, value: null });
    expect(read).toEqual([]);
  });

  it("accepts an entry that does not say which service it is for", async () => {
    const { service_id: _service, ...older } = entry;
    expect((await check([older])).outcome).toMatchObject({ ok: true });
  });

  it.each<{ differing: Partial<LedgerEntry> }>([
    { differing: { service_id: "paint" } },
    { differing: { slot_start: minutes(TEN - 5) } },
    { differing: { slot_end: minutes(TEN + 90) } },
  ])("refuses an entry with $differing: it holds another slot", async ({ differing }) => {
    const { outcome } = await check([{ ...entry, ...differing }]);
    expect(outcome).toMatchObject({ ok: false, refusal: ANOTHER_SLOT });
  });

  it("refuses another session's entry, before it says that it has expired", async () => {
    const theirs = { ...entry, session_hash: "other", expires_at: NOW };
    expect((await check([theirs])).outcome).toEqual({ ok: false, refusal: NOT_YOURS });
    const { session_hash: _hash, ...anonymous } = entry;
    expect((await check([anonymous])).outcome).toEqual({ ok: false, refusal: NOT_YOURS });
  });

  it("refuses an entry from the millisecond at which it expires, and one that never said when", async () => {
    for (const expires_at of [NOW, null]) {
      expect((await check([{ ...entry, expires_at }])).outcome).toMatchObject({
        ok: false,
        refusal: EXPIRED,
      });
    }
  });

  it("looks for the document where the ledgers do not have the hold, to say why", async () => {
    const missing = await check([]);
    expect(missing).toEqual({ outcome: { ok: false, refusal: NO_SUCH_HOLD }, read: ["hold"] });
    const refusalWith = async (stored: Hold) => (await check([], stored)).outcome;
    expect(await refusalWith(hold)).toMatchObject({ ok: false, refusal: ANOTHER_SLOT });
    expect(await refusalWith({ ...hold, expires_at: NOW })).toMatchObject({ ok: false, refusal: EXPIRED });
    expect(await refusalWith({ ...hold, session_hash: "other" })).toEqual({ ok: false, refusal: NOT_YOURS });
  });

  it("does not take a booking of the same id for a hold", async () => {
    const { outcome, read } = await check([{ ...entry, kind: "booking" }]);
    expect(outcome).toEqual({ ok: false, refusal: NO_SUCH_HOLD });
    expect(read).toEqual(["hold"]);
  });
});
