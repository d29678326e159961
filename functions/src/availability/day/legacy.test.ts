import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mechanicSchema } from "../../catalog/schema.ts";
import { millis, minutes, toMillis, toMinutes } from "../../engine/units.ts";
import type { DayLedger, LedgerEntry } from "../../ledger/ledger.ts";
import type { LegacySlot } from "./day.ts";
import { legacyExtent, overlayLegacy, type Overlay } from "./legacy.ts";

const DATE = "2026-01-19";
const NOW = millis(Date.parse("2026-01-18T12:00:00Z"));
const minuteOf = (wall: string) => toMinutes(millis(Date.parse(`${wall}Z`)));
const wallOf = (minute: number) => new Date(toMillis(minutes(minute))).toISOString().slice(0, 16);
const MIDNIGHT = minuteOf(`${DATE}T00:00`);

const slotOf = (start: string, end: string): LegacySlot => ({
  start,
  end,
  is_free: true,
  mechanic_id: "ada",
});

describe("the extent of a legacy slot", () => {
  it.each([
    ["UTC", "2026-01-19T09:00", "2026-01-19T10:30:00", "2026-01-19T09:00", "2026-01-19T10:30"],
    ["America/New_York", "2026-01-19T09:00", "2026-01-19T10:00", "2026-01-19T14:00", "2026-01-19T15:00"],
    ["UTC", "2026-01-19T23:00", "2026-01-19T24:00", "2026-01-19T23:00", "2026-01-20T00:00"],
    ["UTC", "2026-01-19T00:00", "2026-01-19T00:01", "2026-01-19T00:00", "2026-01-19T00:01"],
  ])("is the instants of its wall times in %s: %s to %s", (zone, start, end, first, last) => {
    expect(legacyExtent(slotOf(start, end), zone)).toEqual({ start: minuteOf(first), end: minuteOf(last) });
  });

  it.each([
    "",
    "2026-01-19",
    "2026-02-30T09:00",
    "2026-01-19 09:00",
    "2026-01-19T9:00",
    "2026-01-19T24:30",
    "2026-01-19T25:00",
    "2026-01-19T09:60",
    "2026-01-19T09:00Z",
    "2026-01-19T09:00:00+01:00",
    "12026-01-19T09:00",
    "2026-01-19T09:00:0",
  ])("is null if its start or end is %j", (text) => {
    expect(legacyExtent(slotOf(text, "2026-01-19T10:00"), "UTC")).toBeNull();
    expect(legacyExtent(slotOf("2026-01-19T08:00", text), "UTC")).toBeNull();
  });
});

const mechanicOf = (id: string, max_bookings_per_day: number | null = null) => ({
  id,
  ...mechanicSchema.parse({ max_bookings_per_day, active: true }),
});

const entryOf = (start: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  kind: "booking",
  id: `entry-${start}`,
  start: minutes(start),
  end: minutes(start + 60),
  slot_start: minutes(start),
  slot_end: minutes(start + 60),
  location_id: null,
  expires_at: null,
  ...more,
});

const ledgerOf = (mechanic_id: string, entries: LedgerEntry[], date = DATE): DayLedger => ({
  mechanic_id,
  date,
  entries,
});

function overlay(slots: readonly LegacySlot[], present: Overlay) {
  return overlayLegacy({ slots, date: DATE, zone: "UTC", overlay: present, now: NOW });
}

/** Decides minute by minute, from texts and lists alone, whether a slot is free. */
function isFreeByMinutes(slot: LegacySlot, { mechanics, ledgers }: Overlay): boolean {
  const mechanic = mechanics.find(({ id }) => id === slot.mechanic_id);
  if (!mechanic || !slot.is_free || !slot.start.startsWith(DATE)) return false;
  const covered: number[] = [];
  for (let minute: number = minuteOf(slot.start); minute < minuteOf(slot.end); minute += 1)
    covered.push(minute);
  const entries = ledgers
    .filter(({ date, mechanic_id }) => date === DATE && mechanic_id === slot.mechanic_id)
    .flatMap((ledger) => ledger.entries)
    .filter(({ expires_at }) => expires_at === null || NOW < expires_at);
  const reserved = entries.filter(({ slot_start }) => wallOf(slot_start).startsWith(DATE));
  const isFull = mechanic.max_bookings_per_day !== null && reserved.length >= mechanic.max_bookings_per_day;
  const isTaken = covered.some((minute) => entries.some(({ start, end }) => start <= minute && minute < end));
  return covered.length > 0 && !isFull && !isTaken;
}

describe("overlayLegacy", () => {
  it("frees exactly the slots that are free minute by minute", () => {
    const minute = fc.integer({ min: -6, max: 54 }).map((halfHours) => MIDNIGHT + halfHours * 30);
    const id = fc.constantFrom("ada", "grace", "unknown");
    const slot = fc
      .record({ start: minute, length: fc.constantFrom(-30, 0, 30, 60, 90), is_free: fc.boolean(), id })
      .map(({ start, length, is_free, id: mechanic_id }) => {
        return { start: wallOf(start), end: wallOf(start + length), is_free, mechanic_id };
      });
    const entry = fc
      .record({
        start: minute,
        kind: fc.constantFrom("booking" as const, "hold" as const),
        expires_at: fc.constantFrom(null, null, millis(NOW - 1), NOW, millis(NOW + 1)),
      })
      .map(({ start, ...more }) => entryOf(start, more));
    const ledger = fc
      .record({
        id,
        entries: fc.array(entry, { maxLength: 4 }),
        date: fc.constantFrom(DATE, DATE, "2026-01-20"),
      })
      .map(({ id: mechanicId, entries, date }) => ledgerOf(mechanicId, entries, date));
    const limit = fc.constantFrom(null, 0, 1, 2);
    const present = fc
      .record({
        limits: fc.tuple(limit, limit),
        ledgers: fc.uniqueArray(ledger, { selector: ({ mechanic_id, date }) => `${mechanic_id} ${date}` }),
      })
      .map(({ limits, ledgers }) => {
        return { mechanics: [mechanicOf("ada", limits[0]), mechanicOf("grace", limits[1])], ledgers };
      });
    fc.assert(
      fc.property(fc.array(slot, { maxLength: 12 }), present, (slots, state) => {
        const expected = slots.map((one) => ({ ...one, is_free: isFreeByMinutes(one, state) }));
        expect(overlay(slots, state)).toMatchObject({ kind: "legacy", slots: expected });
      }),
      { numRuns: 300 },
    );
  });

  it("does not free a slot whose wall times are malformed", () => {
    const slots = [slotOf("soon", "2026-01-19T10:00"), slotOf("2026-01-19T09:00", "later")];
    const content = overlay(slots, { mechanics: [mechanicOf("ada")], ledgers: [] });
    expect(content.slots.map(({ is_free }) => is_free)).toEqual([false, false]);
  });

  it("takes the end of the date for the next date's", () => {
    const slots = [slotOf("2026-01-19T24:00", "2026-01-20T01:00")];
    expect(overlay(slots, { mechanics: [mechanicOf("ada")], ledgers: [] }).slots[0]?.is_free).toBe(false);
  });

  it("returns when the unexpired holds of the date expire, of all mechanics", () => {
    const hold = (expires_at: number) => entryOf(MIDNIGHT, { kind: "hold", expires_at: millis(expires_at) });
    const ledgers = [
      ledgerOf("ada", [entryOf(MIDNIGHT), hold(NOW), hold(NOW + 1), hold(NOW + 2)]),
      ledgerOf("grace", [hold(NOW + 3)]),
      ledgerOf("ada", [hold(NOW + 4)], "2026-01-20"),
    ];
    expect(overlay([], { mechanics: [], ledgers }).expiries).toEqual([NOW + 1, NOW + 2, NOW + 3]);
  });
});
