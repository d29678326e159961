import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DayLedger, LedgerEntry } from "../ledger/ledger.ts";
import { reconcileLedgers, ledgersOfBooking } from "./reconcile-ledgers.ts";
import type { Occupancy } from "./occupancy.ts";
import { millis, minutes, toMillis, toMinutes } from "../engine/units.ts";

const ZONE = "America/New_York";
const SHOP = { ledger_time_zone: ZONE, rezoning: null };
const NOON = toMinutes(millis(Date.parse("2026-01-19T12:00:00-05:00")));
const NOW = toMillis(NOON);
const DATES = ["2026-01-18", "2026-01-19", "2026-01-20"];

const mechanic = fc.constantFrom("ada", "grace");
/** Around noon and around both midnights. */
const extent = fc
  .tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: 1, max: 300 }))
  .map(([from, length]) => ({ start: minutes(NOON + from), end: minutes(NOON + from + length) }));

const occupancy = fc
  .record({
    mechanicId: mechanic,
    slot: extent,
    before: fc.nat(60),
    after: fc.nat(60),
    occupies: fc.boolean(),
  })
  .map(({ mechanicId, slot, before, after, occupies }): Occupancy => ({
    mechanicId,
    slot,
    extent: { start: minutes(slot.start - before), end: minutes(slot.end + after) },
    locationId: null,
    occupies,
    date: null,
  }));

const entry = (id: fc.Arbitrary<string>): fc.Arbitrary<LedgerEntry> =>
  fc
    .record({ id, extent, expires_at: fc.constantFrom(null, millis(NOW - 1), millis(NOW + 1)) })
    .map((one) => ({
      kind: one.expires_at === null ? "booking" : "hold",
      id: one.id,
      ...one.extent,
      slot_start: one.extent.start,
      slot_end: one.extent.end,
      location_id: null,
      expires_at: one.expires_at,
    }));

/** Ledgers as a hand, or a crash, may have left them: the booking's own entry stands anywhere, if at all. */
const entries = fc
  .array(entry(fc.constantFrom("own", "b1", "b2", "h1")), { maxLength: 5 })
  .map((list) => [...new Map(list.map((one) => [one.id, one])).values()]);
const ledgers = fc
  .tuple(
    ...["ada", "grace"].flatMap((id) => DATES.map((date) => fc.tuple(fc.constant({ id, date }), entries))),
  )
  .map((all): DayLedger[] => all.map(([{ id, date }, list]) => ({ mechanic_id: id, date, entries: list })));

function after(before: readonly DayLedger[], changed: readonly DayLedger[]): DayLedger[] {
  return before.map(
    (one) =>
      changed.find(({ mechanic_id, date }) => mechanic_id === one.mechanic_id && date === one.date) ?? one,
  );
}

const reconcile = (current: Occupancy | undefined, ledgers: readonly DayLedger[]) =>
  reconcileLedgers({ zone: ZONE, bookingId: "own", current, ledgers, now: NOW });
const othersOf = (all: readonly DayLedger[]) =>
  all.map(({ entries: list }) =>
    list.filter(({ id, expires_at }) => id !== "own" && (expires_at === null || expires_at > NOW)),
  );
const byId = (lists: readonly LedgerEntry[][]) =>
  lists.map((list) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1)));

describe("reconcileLedgers", () => {
  it("puts the booking where its record says and nowhere else, and leaves all other time unchanged", () => {
    fc.assert(
      fc.property(fc.option(occupancy, { nil: undefined }), ledgers, (current, before) => {
        const reconciled = after(before, reconcile(current, before)?.changed ?? []);
        const due = current?.occupies ? ledgersOfBooking(SHOP, current) : [];
        for (const ledger of reconciled) {
          const isDue = due.some(
            ({ mechanicId, date }) => mechanicId === ledger.mechanic_id && date === ledger.date,
          );
          const own = ledger.entries.filter(({ id }) => id === "own");
          expect(
            own.map(({ start, end, slot_start, slot_end }) => ({ start, end, slot_start, slot_end })),
          ).toEqual(
            isDue && current
              ? [{ ...current.extent, slot_start: current.slot.start, slot_end: current.slot.end }]
              : [],
          );
        }
        expect(byId(othersOf(reconciled))).toEqual(byId(othersOf(before)));
      }),
    );
  });

  it("has nothing left to do afterwards", () => {
    fc.assert(
      fc.property(fc.option(occupancy, { nil: undefined }), ledgers, (current, before) => {
        const reconciled = after(before, reconcile(current, before)?.changed ?? []);
        expect(reconcile(current, reconciled)).toBeNull();
      }),
    );
  });

  it("reports just those who live and are overlapped, and covers all the time that changed hands", () => {
    fc.assert(
      fc.property(occupancy, ledgers, (current, before) => {
        const reconciliation = reconcile({ ...current, occupies: true }, before);
        if (!reconciliation) return;
        const { start, end } = current.extent;
        const entered = reconciliation.changed.filter(({ entries: list }) =>
          list.some(({ id, start: from }) => id === "own" && from === start),
        );
        const overlapped = othersOf(entered)
          .flat()
          .filter((other) => other.start < end && start < other.end)
          .map(({ id }) => id);
        expect(new Set(reconciliation.conflicts)).toEqual(new Set(overlapped));
        expect(reconciliation.action).toBe(
          overlapped.length > 0 ? "booking_inconsistent" : "booking_adopted",
        );
        const left = before
          .filter(({ mechanic_id, date }) =>
            reconciliation.changed.some((one) => one.mechanic_id === mechanic_id && one.date === date),
          )
          .flatMap(({ entries: list }) => list.filter(({ id }) => id === "own"));
        for (const time of [current.extent, ...left]) {
          expect(reconciliation.extent.start).toBeLessThanOrEqual(time.start);
          expect(reconciliation.extent.end).toBeGreaterThanOrEqual(time.end);
        }
      }),
    );
  });

  describe("of an entry that differs from its booking in one field", () => {
    const current: Occupancy = {
      mechanicId: "ada",
      slot: { start: NOON, end: minutes(NOON + 60) },
      extent: { start: minutes(NOON - 10), end: minutes(NOON + 75) },
      locationId: "north",
      occupies: true,
      date: null,
    };
    const due: LedgerEntry = {
      kind: "booking",
      id: "own",
      start: minutes(NOON - 10),
      end: minutes(NOON + 75),
      slot_start: NOON,
      slot_end: minutes(NOON + 60),
      location_id: "north",
      expires_at: null,
    };
    const ledgerWith = (one: LedgerEntry): DayLedger => ({
      mechanic_id: "ada",
      date: "2026-01-19",
      entries: [one],
    });

    it("leaves an entry that agrees in every field", () => {
      expect(reconcile(current, [ledgerWith(due)])).toBeNull();
    });

    it.each<[string, Partial<LedgerEntry>]>([
      ["kind", { kind: "hold" }],
      ["start", { start: minutes(NOON - 9) }],
      ["end", { end: minutes(NOON + 74) }],
      ["slot_start", { slot_start: minutes(NOON + 1) }],
      ["slot_end", { slot_end: minutes(NOON + 59) }],
      ["location_id", { location_id: "south" }],
      ["location_id", { location_id: null }],
      ["expires_at", { expires_at: millis(NOW - 1) }],
    ])("replaces an entry with another %s: %j", (_, drift) => {
      const reconciliation = reconcile(current, [ledgerWith({ ...due, ...drift })]);
      expect(reconciliation?.changed).toEqual([ledgerWith(due)]);
      expect(reconciliation?.action).toBe("booking_adopted");
    });
  });
});
