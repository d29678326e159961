import { describe, expect, it } from "vitest";
import { emptyLedger, hasEntry, loadOn, withEntry, withoutEntry, type LedgerEntry } from "./ledger.ts";
import { minutes, millis } from "../engine/units.ts";

const NOW = 1_000_000;

function entry(id: string, start: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const end = start + 30;
  const slot = { slot_start: minutes(start), slot_end: minutes(end) };
  return {
    kind: "booking",
    id,
    start: minutes(start),
    end: minutes(end),
    ...slot,
    location_id: null,
    expires_at: null,
    ...more,
  };
}

const ledger = (...entries: LedgerEntry[]) => ({ ...emptyLedger("ada", "2026-01-19"), entries });
const ids = ({ entries }: { entries: readonly LedgerEntry[] }) => entries.map(({ id }) => id);

describe("a day ledger", () => {
  it("keeps its entries sorted by their start", () => {
    const filled = withEntry(ledger(entry("a", 100), entry("c", 300)), entry("b", 200), millis(NOW));
    expect(ids(filled)).toEqual(["a", "b", "c"]);
  });

  it("has one entry of an id: a second one replaces the first", () => {
    const moved = withEntry(ledger(entry("a", 100), entry("b", 200)), entry("a", 300), millis(NOW));
    expect(moved.entries.map(({ id, start }) => [id, start])).toEqual([
      ["b", 200],
      ["a", 300],
    ]);
  });

  it("drops expired holds whenever it is changed, from the millisecond of their expiry on, and never a booking", () => {
    const hold = (id: string, expires_at: number) =>
      entry(id, 100, { kind: "hold", expires_at: millis(expires_at) });
    const before = ledger(
      hold("gone", NOW - 1),
      hold("just gone", NOW),
      hold("live", NOW + 1),
      entry("b", 200),
    );
    expect(ids(withEntry(before, entry("new", 300), millis(NOW)))).toEqual(["live", "b", "new"]);
    expect(ids(withoutEntry(before, "b", millis(NOW)))).toEqual(["live"]);
  });

  it("is not changed in place", () => {
    const before = ledger(entry("a", 100));
    withEntry(before, entry("b", 200), millis(NOW));
    withoutEntry(before, "a", millis(NOW));
    expect(ids(before)).toEqual(["a"]);
    expect(hasEntry(before, "a")).toBe(true);
  });

  it("counts bookings and holds that start on the date for the daily limit, not those from the night before", () => {
    const day = { start: minutes(1440), end: minutes(2880) };
    const across = entry("from yesterday", 1430);
    const buffered = entry("buffer before midnight", 1435, {
      slot_start: minutes(1440),
      slot_end: minutes(1465),
    });
    const held = entry("held", 1500, { kind: "hold", expires_at: millis(NOW + 1) });
    const tomorrow = entry("tomorrow", 2875, { slot_start: minutes(2880), slot_end: minutes(2910) });
    const load = loadOn(ledger(across, buffered, held, entry("noon", 2000), tomorrow), day);
    expect(load).toEqual({ booked: 2, held_until: [NOW + 1] });
  });
});
