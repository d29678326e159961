import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DayChange } from "../availability/day/epoch-protocol.ts";
import type { MechanicsOfDay } from "../availability/day/day.ts";
import { freeSlotsOf } from "../availability/answers/slots.ts";
import { generateDays, openTimes } from "../availability/generation/generate-days.ts";
import { bufferReach } from "../catalog/buffer-reach.ts";
import { addDays, eachDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { dayBounds } from "../engine/zone.ts";
import type { DayLedger, LedgerEntry } from "../ledger/ledger.ts";
import { addToLedgers, removeFromLedgers, type LedgerChange } from "./ledger-change.ts";
import {
  buildEntry,
  buildException,
  buildLedgers,
  buildMechanic,
  buildService,
  buildShop,
  everyDay,
  later,
  millis,
  millisAt,
  minuteAt,
  minutes,
  NO_BUFFERS,
} from "./testing/builders.ts";
import type { Mechanic } from "../catalog/schema.ts";

const NOW = millisAt("2026-01-01T00:00");
const DATE = "2026-01-19";
const TEN = minuteAt("2026-01-19T10:00");
const NOTHING: ReadonlySet<string> = new Set();

const context = {
  shop: buildShop(),
  mechanic: buildMechanic(),
  exceptions: [],
  bufferReach: NO_BUFFERS,
};

const ids = (ledgers: readonly DayLedger[]) =>
  ledgers.map(({ date, entries }) => [date, entries.map(({ id }) => id)]);

function datesOf({ days }: LedgerChange): PlainDate[] {
  return days.map(({ date }) => date).toSorted();
}

const ZONES = [
  { zone: "UTC", date: DATE },
  { zone: "America/New_York", date: "2026-03-08" },
  { zone: "America/Havana", date: "2026-11-01" },
];
const SCHEDULES = [
  everyDay("09:00", "17:00"),
  everyDay("00:00", "24:00"),
  everyDay("12:00", "24:00"),
  everyDay("00:00", "06:00"),
  {},
];

/** A mechanic's week of ledgers with a reservation to add: night work, clock changes and buffers are likely. */
const situation = fc
  .record({
    place: fc.constantFrom(...ZONES),
    weeklySchedule: fc.constantFrom(...SCHEDULES),
    buffer: fc.constantFrom(0, 15, 240),
    travel: fc.constantFrom(0, 30),
    closedOn: fc.constantFrom(null, null, -1, 0, 1),
    bookings: fc.array(
      fc.record({
        offset: fc.integer({ min: -2000, max: 3400 }),
        length: fc.integer({ min: 1, max: 300 }),
        isHold: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    offset: fc.oneof(fc.integer({ min: -100, max: 1500 }), fc.constantFrom(0, 1380, 1439)),
    length: fc.constantFrom(30, 90, 720),
  })
  .map(({ place: { zone, date }, weeklySchedule, buffer, travel, closedOn, bookings, offset, length }) => {
    const shop = buildShop({ travel_minutes: travel }, { time_zone: zone });
    const service = buildService({
      buffer_before_minutes: buffer,
      buffer_after_minutes: buffer,
      durations_minutes: [30, 90, 720],
    });
    const weekly_schedule = weeklySchedule as Mechanic["weekly_schedule"];
    const mechanic = buildMechanic({ weekly_schedule });
    const { start: midnight } = dayBounds(zone, date);
    const others = bookings.map((one, index) =>
      buildEntry(`other ${index}`, minutes(midnight + one.offset), one.length, {
        ...(one.isHold && { kind: "hold", expires_at: later(NOW, 1) }),
      }),
    );
    const slotStart = minutes(midnight + offset);
    const entry = buildEntry("new", minutes(slotStart - buffer), length + 2 * buffer, {
      slot_start: slotStart,
      slot_end: minutes(slotStart + length),
    });
    const exceptions = closedOn === null ? [] : [buildException(addDays(date, closedOn))];
    const reach = bufferReach(shop, [service]);
    const dates = eachDate(addDays(date, -4), addDays(date, 4));
    return {
      shop,
      service,
      mechanic,
      exceptions,
      reach,
      entry,
      dates,
      ledgers: buildLedgers(zone, dates, others),
    };
  });
type Situation = typeof situation extends fc.Arbitrary<infer S> ? S : never;

function contextOf({ shop, mechanic, exceptions, reach }: Situation) {
  return { shop, mechanic, exceptions, bufferReach: reach };
}

/** The days of the middle dates, as a full generation from the ledgers has them. */
function generated(of: Situation, ledgers: readonly DayLedger[]): Map<PlainDate, MechanicsOfDay> {
  const { shop, mechanic, exceptions, reach, dates } = of;
  const sources = { shop, mechanics: [mechanic], exceptions, bufferMinutes: reach.bufferMinutes };
  return generateDays({ ...sources, ledgers }, openTimes(sources, dates.slice(1, -1)));
}

/** The ledgers after a change: those that it names are replaced. */
function replaced(ledgers: readonly DayLedger[], change: LedgerChange): DayLedger[] {
  return ledgers.map((ledger) => change.ledgers.find(({ date }) => date === ledger.date) ?? ledger);
}

function patched(mechanics: MechanicsOfDay, { date: _date, ...fields }: DayChange): MechanicsOfDay {
  return { ada: { ...mechanics["ada"]!, ...fields } };
}

/** Expects that the days, with the change written through, say what a full generation from the new ledgers says. */
function expectSameAsGenerated(of: Situation, ledgers: readonly DayLedger[], change: LedgerChange): void {
  const [before, after] = [generated(of, ledgers), generated(of, replaced(ledgers, change))];
  for (const [date, fresh] of after) {
    const day = change.days.find((one) => one.date === date);
    const written = day ? patched(before.get(date)!, day) : before.get(date)!;
    expect(written["ada"]?.busy).toEqual(fresh["ada"]?.busy);
    expect(written["ada"]?.booked).toBe(fresh["ada"]?.booked);
    for (const durationMinutes of of.service.durations_minutes) {
      const free = (mechanics: MechanicsOfDay) => {
        const selection = { service: of.service, durationMinutes, mechanicId: undefined };
        const content = { kind: "generated", mechanics } as const;
        return freeSlotsOf({ shop: of.shop, date, content, selection, now: NOW });
      };
      expect(free(written)).toEqual(free(fresh));
    }
  }
}

describe("for any mechanic, ledgers and zone", () => {
  it("removing what was just added gives the same ledgers again", () => {
    fc.assert(
      fc.property(situation, (of) => {
        const { entry, ledgers } = of;
        const added = addToLedgers(contextOf(of), ledgers, { entry, removed: NOTHING, now: NOW });
        const full = replaced(ledgers, added);
        const removed = removeFromLedgers(contextOf(of), full, new Set([entry.id]), NOW);
        expect(replaced(full, removed)).toEqual(ledgers);
        expect(removed.ledgers.map(({ date }) => date)).toEqual(added.ledgers.map(({ date }) => date));
        expect(datesOf(removed)).toEqual(datesOf(added));
      }),
      { numRuns: 40 },
    );
  });

  it("the days that a new entry changes are as a full generation makes them", () => {
    fc.assert(
      fc.property(situation, (of) => {
        const { entry, ledgers } = of;
        const change = addToLedgers(contextOf(of), ledgers, { entry, removed: NOTHING, now: NOW });
        expectSameAsGenerated(of, ledgers, change);
      }),
      { numRuns: 40 },
    );
  });

  it("the days that a moved entry leaves and enters are as a full generation makes them", () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: -1440, max: 1440 }), (of, by) => {
        const { entry, ledgers } = of;
        const first = addToLedgers(contextOf(of), ledgers, { entry, removed: NOTHING, now: NOW });
        const full = replaced(ledgers, first);
        const moved: LedgerEntry = {
          ...entry,
          start: minutes(entry.start + by),
          end: minutes(entry.end + by),
          slot_start: minutes(entry.slot_start + by),
          slot_end: minutes(entry.slot_end + by),
        };
        const removed = new Set([entry.id]);
        const change = addToLedgers(contextOf(of), full, { entry: moved, removed, now: NOW });
        expectSameAsGenerated(of, full, change);
      }),
      { numRuns: 40 },
    );
  });

  it("the days that lose entries are as a full generation makes them", () => {
    fc.assert(
      fc.property(situation, (of) => {
        const change = removeFromLedgers(contextOf(of), of.ledgers, new Set(["other 0", "other 1"]), NOW);
        expectSameAsGenerated(of, of.ledgers, change);
      }),
      { numRuns: 40 },
    );
  });
});

describe("addToLedgers", () => {
  const week = ["2026-01-18", DATE, "2026-01-20"];

  it("changes only the ledgers that the entry touches", () => {
    const entry = buildEntry("new", minuteAt("2026-01-19T23:30"), 60);
    const ledgers = buildLedgers("UTC", week, []);
    const change = addToLedgers(context, ledgers, { entry, removed: NOTHING, now: NOW });
    expect(ids(change.ledgers)).toEqual([
      [DATE, ["new"]],
      ["2026-01-20", ["new"]],
    ]);
  });

  it("changes the ledgers that lose an entry, too, and names the days of both places once", () => {
    const old = buildEntry("old", minuteAt("2026-01-18T10:00"), 60);
    const stays = buildEntry("stays", minuteAt("2026-01-18T12:00"), 60);
    const entry = buildEntry("new", TEN, 60);
    const ledgers = buildLedgers("UTC", week, [old, stays]);
    const change = addToLedgers(context, ledgers, { entry, removed: new Set(["old", "absent"]), now: NOW });
    expect(ids(change.ledgers)).toEqual([
      ["2026-01-18", ["stays"]],
      [DATE, ["new"]],
    ]);
    expect(datesOf(change)).toEqual(["2026-01-18", DATE]);
    expect(change.days.map(({ booked }) => booked)).toEqual([1, 1]);
  });

  it("drops holds that have expired from the ledgers that it changes anyway", () => {
    const expired = buildEntry("expired", TEN, 30, { kind: "hold", expires_at: NOW });
    const live = buildEntry("live", minutes(TEN + 90), 30, { kind: "hold", expires_at: millis(NOW + 1) });
    const elsewhere = { ...expired, start: minutes(TEN - 1440), end: minutes(TEN - 1410) };
    const ledgers = buildLedgers("UTC", week, [expired, live, elsewhere]);
    const entry = buildEntry("new", TEN, 60);
    const change = addToLedgers(context, ledgers, { entry, removed: NOTHING, now: NOW });
    expect(ids(change.ledgers)).toEqual([[DATE, ["new", "live"]]]);
  });

  it("keeps both sides of a day between the two places of a move", () => {
    const everyHour = everyDay("00:00", "24:00") as Mechanic["weekly_schedule"];
    const allDay = { ...context, mechanic: buildMechanic({ weekly_schedule: everyHour }) };
    const old = buildEntry("old", minuteAt("2026-01-18T23:30"), 30);
    const entry = buildEntry("new", minuteAt("2026-01-20T00:00"), 30);
    const reach = { bufferMinutes: 10, slotMinutes: 60 };
    const ledgers = buildLedgers("UTC", week, [old]);
    const change = addToLedgers({ ...allDay, bufferReach: reach }, ledgers, {
      entry,
      removed: new Set(["old"]),
      now: NOW,
    });
    const between = change.days.find(({ date }) => date === DATE);
    const busy = { start: entry.start, end: entry.end, expires_at: null, location_id: null };
    expect(between).toEqual({ date: DATE, previous_busy: [], next_busy: [busy] });
  });
});

describe("removeFromLedgers", () => {
  it("leaves out the ledgers that have none of the entries, and names no day for them", () => {
    const ledgers = buildLedgers("UTC", ["2026-01-18", DATE], [buildEntry("a", TEN, 60)]);
    expect(removeFromLedgers(context, ledgers, new Set(["b"]), NOW)).toEqual({ ledgers: [], days: [] });
    const change = removeFromLedgers(context, ledgers, new Set(["a"]), NOW);
    expect(change).toEqual({
      ledgers: [{ mechanic_id: "ada", date: DATE, entries: [] }],
      days: [{ date: DATE, busy: [], booked: 0, held_until: [] }],
    });
  });

  it("removes an entry from both dates that it touches", () => {
    const night = buildEntry("night", minuteAt("2026-01-19T23:30"), 60);
    const ledgers = buildLedgers("UTC", [DATE, "2026-01-20"], [night]);
    const change = removeFromLedgers(context, ledgers, new Set(["night"]), NOW);
    expect(ids(change.ledgers)).toEqual([
      [DATE, []],
      ["2026-01-20", []],
    ]);
    expect(datesOf(change)).toEqual([DATE, "2026-01-20"]);
  });
});
