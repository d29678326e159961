import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datesOf } from "../../availability/day/day-changes.ts";
import { millis, minutes, toMinutes } from "../../engine/units.ts";
import { emptyLedger, withEntry, type DayLedger, type LedgerEntry } from "../../ledger/ledger.ts";
import { concernsOthers, datesConcerned, refile } from "./refile.ts";

const NEW_YORK = "America/New_York";
const TOKYO = "Asia/Tokyo";
const NOW = millis(Date.parse("2026-01-01T00:00:00Z"));
const since = minutes(toMinutes(NOW) - 48 * 60);

function entry(id: string, start: string, length = 60, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const from = toMinutes(millis(Date.parse(start)));
  const [begin, end] = [minutes(from), minutes(from + length)];
  const slot = { start: begin, end, slot_start: begin, slot_end: end };
  return { kind: "booking", id, ...slot, location_id: null, expires_at: null, ...more };
}

/** Files entries by their dates in a zone, as bookings are. */
function filed(zone: string, entries: readonly LedgerEntry[]): DayLedger[] {
  const ledgers = new Map<string, DayLedger>();
  for (const one of entries) {
    for (const date of datesOf(zone, one)) {
      ledgers.set(date, withEntry(ledgers.get(date) ?? emptyLedger("ada", date), one, NOW));
    }
  }
  return [...ledgers.values()];
}

/** Re-files every ledger, one after the other, as the job does; `until` ends it early. */
function refileAll(ledgers: readonly DayLedger[], zone: string, until = Infinity): DayLedger[] {
  const all = new Map(ledgers.map((one) => [one.date, one]));
  const dates = [...all.keys()].sort();
  for (const date of dates.slice(0, until)) {
    const ledger = all.get(date) ?? emptyLedger("ada", date);
    const filing = { zone, since, now: NOW };
    const others = datesConcerned(ledger, filing).flatMap((one) => all.get(one) ?? []);
    for (const changed of refile(ledger, others, filing)) all.set(changed.date, changed);
  }
  return [...all.values()];
}

const contents = (ledgers: readonly DayLedger[]) =>
  ledgers
    .filter(({ entries }) => entries.length > 0)
    .map(({ date, entries }) => `${date}: ${entries.map(({ id }) => id).join(" ")}`)
    .sort();

describe("re-filing a ledger", () => {
  it("moves an entry to the date that it has in the new zone", () => {
    const [ledger] = filed(NEW_YORK, [entry("a", "2026-01-19T15:00-05:00")]);
    expect(contents(refile(ledger!, [], { zone: TOKYO, since, now: NOW }))).toEqual(["2026-01-20: a"]);
  });

  it("changes nothing where the dates are the same", () => {
    const [ledger] = filed(NEW_YORK, [entry("a", "2026-01-19T08:00-05:00")]);
    expect(concernsOthers(ledger!, { zone: TOKYO, since, now: NOW })).toBe(false);
    expect(refile(ledger!, [], { zone: TOKYO, since, now: NOW })).toEqual([]);
  });

  it("files an entry that crosses the new midnight under both dates, and once", () => {
    const [ledger] = filed(NEW_YORK, [entry("a", "2026-01-19T09:30-05:00")]);
    const changed = refile(ledger!, [], { zone: TOKYO, since, now: NOW });
    expect(contents([ledger!, ...changed])).toEqual(["2026-01-19: a", "2026-01-20: a"]);
    expect(refile(ledger!, changed, { zone: TOKYO, since, now: NOW })).toEqual([]);
  });

  it("keeps the entries that the other ledger already has, sorted by their start", () => {
    const ledgers = filed(NEW_YORK, [
      entry("late", "2026-01-19T15:00-05:00"),
      entry("early", "2026-01-20T08:00-05:00"),
    ]);
    expect(contents(refileAll(ledgers, TOKYO))).toEqual(["2026-01-20: late early"]);
  });

  it("leaves entries alone whose slots ended before the limit", () => {
    const ledgers = filed(NEW_YORK, [entry("past", "2025-12-29T15:00-05:00")]);
    expect(refileAll(ledgers, TOKYO)).toEqual(ledgers);
  });

  it("loses no entry whose new ledger cannot be read", () => {
    const [ledger] = filed(NEW_YORK, [entry("a", "2026-01-19T15:00-05:00")]);
    const filing = { zone: TOKYO, since, now: NOW, closed: new Set(["2026-01-20"]) };
    expect(refile(ledger!, [], filing)).toEqual([]);
  });

  it("drops holds that have expired from the ledgers that it changes", () => {
    const expired = { kind: "hold", expires_at: millis(NOW - 1) } as const;
    const ledgers = filed(NEW_YORK, [entry("a", "2026-01-19T15:00-05:00")]);
    const gone = entry("gone", "2026-01-19T16:00-05:00", 60, expired);
    const [ledger] = ledgers.map((one) => ({ ...one, entries: [...one.entries, gone] }));
    expect(contents(refileAll([ledger!], TOKYO))).toEqual(["2026-01-20: a"]);
  });

  const zones = fc.constantFrom(NEW_YORK, TOKYO, "UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin");
  const entries = fc
    .array(
      fc.record({
        hours: fc.integer({ min: 0, max: 24 * 90 }),
        length: fc.integer({ min: 1, max: 12 * 60 }),
      }),
      {
        maxLength: 12,
      },
    )
    .map((list) =>
      list.map(({ hours, length }, index) =>
        entry(`b${index}`, new Date(NOW + hours * 3_600_000).toISOString(), length),
      ),
    );

  it("ends with every entry filed as in the new zone, also if it was interrupted or began for another zone", () => {
    fc.assert(
      fc.property(entries, zones, zones, zones, fc.nat(8), (booked, from, through, to, stop) => {
        const interrupted = refileAll(filed(from, booked), through, stop);
        expect(contents(refileAll(interrupted, to))).toEqual(contents(filed(to, booked)));
        expect(refileAll(refileAll(interrupted, to), to)).toEqual(refileAll(interrupted, to));
      }),
    );
  });
});
