import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeSlots, gridSlots, whyNotBookable } from "./slots.ts";
import type { BusyInterval, MechanicDay, OpenInterval, SlotRules } from "./types.ts";
import { millis, minutes } from "./units.ts";

const open = (start: number, end: number, fields: Partial<OpenInterval> = {}): OpenInterval => ({
  start: minutes(start),
  end: minutes(end),
  anchor: minutes(start),
  location_id: null,
  ...fields,
});

const busy = (start: number, end: number, fields: Partial<BusyInterval> = {}): BusyInterval => ({
  start: minutes(start),
  end: minutes(end),
  expires_at: null,
  location_id: null,
  ...fields,
});

const mechanicDay = (fields: Partial<MechanicDay>): MechanicDay => ({
  open: [open(540, 720)],
  busy: [],
  booked: 0,
  held_until: [],
  max_bookings_per_day: null,
  ...fields,
});

/** Hours by the half hour on 1 January 1970, UTC. */
const rules = (fields: Partial<SlotRules> = {}): SlotRules => ({
  durationMinutes: 60,
  stepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  travelMinutes: 0,
  day: { start: minutes(0), end: minutes(1440) },
  now: millis(0),
  leadTimeMinutes: 0,
  horizonEnd: null,
  ...fields,
});

const slot = (start: number, length = 60) => ({ start: minutes(start), end: minutes(start + length) });
const starts = (slots: readonly { start: number }[]) => slots.map(({ start }) => start);

describe("the grid", () => {
  it("runs from the interval's start by the step while the whole slot fits", () => {
    expect(starts(gridSlots(mechanicDay({ open: [open(550, 720)] }), rules()))).toEqual([550, 580, 610, 640]);
  });

  it("is counted from the anchor, not from where an exception cut the interval", () => {
    const cut = mechanicDay({ open: [open(565, 720, { anchor: minutes(540) })] });
    expect(starts(gridSlots(cut, rules()))).toEqual([570, 600, 630, 660]);
  });

  it("holds only starts on the date itself", () => {
    const overMidnight = mechanicDay({ open: [open(1380, 1560)] });
    expect(starts(gridSlots(overMidnight, rules()))).toEqual([1380, 1410]);
    const nextDate = mechanicDay({ open: [open(1440, 1560, { anchor: minutes(1390) })] });
    expect(starts(gridSlots(nextDate, rules({ day: { start: minutes(1440), end: minutes(2880) } })))).toEqual(
      [1450, 1480],
    );
  });

  it("lets a slot span intervals that meet at one location, and no others", () => {
    const meeting = mechanicDay({ open: [open(540, 600), open(600, 630)] });
    expect(starts(gridSlots(meeting, rules()))).toEqual([540, 570]);
    const apart = mechanicDay({ open: [open(540, 600), open(600, 660, { location_id: "north" })] });
    expect(starts(gridSlots(apart, rules()))).toEqual([540, 600]);
  });

  it("includes taken slots and marks them", () => {
    const day = mechanicDay({ busy: [busy(600, 660)] });
    expect(gridSlots(day, rules())).toEqual([
      { start: 540, end: 600, location_id: null, is_free: true },
      { start: 570, end: 630, location_id: null, is_free: false },
      { start: 600, end: 660, location_id: null, is_free: false },
      { start: 630, end: 690, location_id: null, is_free: false },
      { start: 660, end: 720, location_id: null, is_free: true },
    ]);
    expect(freeSlots(day, rules())).toEqual([
      { start: 540, end: 600, location_id: null },
      { start: 660, end: 720, location_id: null },
    ]);
  });

  it("refuses a step or a duration that is not a positive whole number", () => {
    expect(() => gridSlots(mechanicDay({}), rules({ stepMinutes: 0 }))).toThrow(RangeError);
    expect(() => gridSlots(mechanicDay({}), rules({ durationMinutes: -5 }))).toThrow(RangeError);
    expect(() => freeSlots(mechanicDay({}), rules({ stepMinutes: 0.5 }))).toThrow(RangeError);
  });
});

describe("a start", () => {
  it("need not lie on the grid", () => {
    expect(whyNotBookable(mechanicDay({}), slot(547), rules())).toBeNull();
  });

  it("is outside hours when any minute of the slot is, or when it belongs to another date", () => {
    expect(whyNotBookable(mechanicDay({}), slot(539), rules())).toBe("outside_hours");
    expect(whyNotBookable(mechanicDay({}), slot(661), rules())).toBe("outside_hours");
    expect(whyNotBookable(mechanicDay({}), slot(660), rules())).toBeNull();
    const overMidnight = mechanicDay({ open: [open(1380, 1560)] });
    expect(whyNotBookable(overMidnight, slot(1439), rules())).toBeNull();
    expect(whyNotBookable(overMidnight, slot(1440), rules())).toBe("outside_hours");
  });

  it("is too soon until the lead time has passed, to the millisecond", () => {
    const at = (now: number) =>
      whyNotBookable(mechanicDay({}), slot(600), rules({ now: millis(now), leadTimeMinutes: 60 }));
    expect(at(540 * 60_000)).toBeNull();
    expect(at(540 * 60_000 + 1)).toBe("too_soon");
  });

  it("is beyond the horizon from its first instant on", () => {
    expect(whyNotBookable(mechanicDay({}), slot(600), rules({ horizonEnd: minutes(600) }))).toBe(
      "beyond_horizon",
    );
    expect(whyNotBookable(mechanicDay({}), slot(599), rules({ horizonEnd: minutes(600) }))).toBeNull();
  });

  it("is taken when its slot overlaps busy time, and free directly before and after", () => {
    const day = mechanicDay({ busy: [busy(600, 630)] });
    expect([540, 541, 629, 630].map((start) => whyNotBookable(day, slot(start), rules()))).toEqual([
      null,
      "slot_taken",
      "slot_taken",
      null,
    ]);
  });

  it("keeps its own buffers clear of busy time, but not inside opening hours", () => {
    const buffered = rules({ bufferBeforeMinutes: 10, bufferAfterMinutes: 15 });
    const day = mechanicDay({ open: [open(540, 780)], busy: [busy(640, 650)] });
    expect(whyNotBookable(day, slot(540), buffered)).toBeNull();
    expect(whyNotBookable(day, slot(565), buffered)).toBeNull();
    expect(whyNotBookable(day, slot(566), buffered)).toBe("slot_taken");
    expect(whyNotBookable(day, slot(659), buffered)).toBe("slot_taken");
    expect(whyNotBookable(day, slot(660), buffered)).toBeNull();
    expect(whyNotBookable(day, slot(720), buffered)).toBeNull();
  });

  it("is free again the millisecond a hold expires", () => {
    const day = mechanicDay({ busy: [busy(600, 660, { expires_at: millis(1000) })] });
    expect(whyNotBookable(day, slot(600), rules({ now: millis(999) }))).toBe("slot_taken");
    expect(whyNotBookable(day, slot(600), rules({ now: millis(1000) }))).toBeNull();
  });

  it("leaves time to travel from and to another location, in addition to buffers", () => {
    const travelling = rules({ travelMinutes: 20, bufferBeforeMinutes: 5 });
    const day = (location_id: string | null) =>
      mechanicDay({
        open: [open(540, 900, { location_id: "north" })],
        busy: [busy(650, 660, { location_id })],
      });
    expect(
      [570, 571, 684, 685].map((start) => whyNotBookable(day("south"), slot(start), travelling)),
    ).toEqual([null, "slot_taken", "slot_taken", null]);
    for (const place of ["north", null]) {
      expect(whyNotBookable(day(place), slot(590), travelling)).toBeNull();
      expect(whyNotBookable(day(place), slot(665), travelling)).toBeNull();
    }
  });

  it("belongs to the location that starts in its minute when the location changes there", () => {
    const day = mechanicDay({
      open: [open(540, 600, { location_id: "south" }), open(600, 720, { location_id: "north" })],
      busy: [busy(520, 540, { location_id: "north" }), busy(670, 680, { location_id: "south" })],
    });
    const travelling = rules({ travelMinutes: 15, stepMinutes: 60 });
    expect(whyNotBookable(day, slot(600, 55), travelling)).toBeNull();
    expect(whyNotBookable(day, slot(600, 56), travelling)).toBe("slot_taken");
    expect(whyNotBookable(day, slot(599, 2), travelling)).toBe("outside_hours");
    expect(gridSlots(day, { ...travelling, durationMinutes: 56 })).toEqual([
      { start: 540, end: 596, location_id: "south", is_free: false },
      { start: 600, end: 656, location_id: "north", is_free: false },
      { start: 660, end: 716, location_id: "north", is_free: false },
    ]);
  });

  it("is refused when the day is full, unless something else is wrong first", () => {
    const full = mechanicDay({ busy: [busy(600, 660)], booked: 1, max_bookings_per_day: 1 });
    expect(whyNotBookable(full, slot(540), rules())).toBe("day_full");
    expect(whyNotBookable(full, slot(600), rules())).toBe("slot_taken");
    expect(whyNotBookable(full, slot(720), rules())).toBe("outside_hours");
    expect(whyNotBookable(full, slot(720), rules({ horizonEnd: minutes(0) }))).toBe("beyond_horizon");
    expect(whyNotBookable(full, slot(720), rules({ horizonEnd: minutes(0), leadTimeMinutes: 9999 }))).toBe(
      "too_soon",
    );
    expect(
      whyNotBookable(mechanicDay({ booked: 1, max_bookings_per_day: 2 }), slot(540), rules()),
    ).toBeNull();
    expect(freeSlots(full, rules())).toEqual([]);
  });
});

describe("a hold that starts on the date", () => {
  const HOUR = 3_600_000;
  const slots = (held_until: readonly number[], now: number) => {
    const day = mechanicDay({ booked: 1, held_until: held_until.map(millis), max_bookings_per_day: 2 });
    const at = rules({ now: millis(now) });
    return [whyNotBookable(day, slot(600), at), freeSlots(day, at).length > 0];
  };

  it("counts for the daily limit as a booking does", () => {
    expect(slots([HOUR], 0)).toEqual(["day_full", false]);
    expect(slots([], 0)).toEqual([null, true]);
  });

  it("counts until the millisecond of its expiry", () => {
    expect(slots([HOUR], HOUR - 1)).toEqual(["day_full", false]);
    expect(slots([HOUR], HOUR)).toEqual([null, true]);
    expect(slots([HOUR, HOUR + 1], HOUR)).toEqual(["day_full", false]);
  });
});

describe("the grid, compared with whyNotBookable,", () => {
  const place = fc.constantFrom(null, "north", "south");
  const openList = fc
    .array(
      fc.record({ gap: fc.nat(60), length: fc.integer({ min: 1, max: 300 }), back: fc.nat(50), place }),
      {
        maxLength: 5,
      },
    )
    .map((pieces) => {
      let end = 0;
      return pieces.map(({ gap, length, back, place: location_id }) => {
        const start = end + gap;
        end = start + length;
        return open(start, end, { anchor: minutes(start - back), location_id });
      });
    });
  const busyList = fc.array(
    fc
      .record({
        start: fc.nat(1000),
        length: fc.nat(90),
        expires_at: fc.constantFrom(null, millis(5), millis(5e6), millis(1e9)),
        place,
      })
      .map(({ start, length, expires_at, place: location_id }) =>
        busy(start, start + length, { expires_at, location_id }),
      ),
    { maxLength: 6 },
  );
  const anyRules = fc.record({
    durationMinutes: fc.integer({ min: 1, max: 90 }),
    stepMinutes: fc.integer({ min: 1, max: 60 }),
    bufferBeforeMinutes: fc.nat(20),
    bufferAfterMinutes: fc.nat(20),
    travelMinutes: fc.constantFrom(0, 25),
    day: fc
      .tuple(fc.nat(300), fc.nat(1000))
      .map(([start, length]) => ({ start: minutes(start), end: minutes(start + length) })),
    now: fc.nat(20_000_000).map(millis),
    leadTimeMinutes: fc.nat(60),
    horizonEnd: fc.option(fc.nat(1200).map(minutes)),
  });

  it("agrees on every minute of any day", () => {
    fc.assert(
      fc.property(openList, busyList, anyRules, fc.nat(3), (openTime, busyTime, anyRule, booked) => {
        const day = mechanicDay({
          open: openTime,
          busy: busyTime,
          booked,
          max_bookings_per_day: booked < 3 ? null : 3,
        });
        const expected = [];
        for (let start: number = anyRule.day.start; start < anyRule.day.end; start++) {
          const why = whyNotBookable(day, slot(start, anyRule.durationMinutes), anyRule);
          const interval = openTime.find((one) => one.start <= start && start < one.end);
          const isOnGrid = interval !== undefined && (start - interval.anchor) % anyRule.stepMinutes === 0;
          const alwaysOpen = { ...anyRule, now: millis(0), leadTimeMinutes: 0, horizonEnd: null };
          const fits =
            whyNotBookable(day, slot(start, anyRule.durationMinutes), alwaysOpen) !== "outside_hours";
          if (isOnGrid && fits) expected.push({ start, is_free: why === null });
        }
        const grid = gridSlots(day, anyRule);
        expect(grid.map(({ start, is_free }) => ({ start, is_free }))).toEqual(expected);
        expect(starts(freeSlots(day, anyRule))).toEqual(starts(expected.filter(({ is_free }) => is_free)));
        expect(gridSlots({ ...day, busy: busyTime.toReversed() }, anyRule)).toEqual(grid);
      }),
      { numRuns: 150 },
    );
  });
});
