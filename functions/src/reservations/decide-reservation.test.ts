import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WHOLE_SHOP, type Mechanic } from "../catalog/schema.ts";
import { farthestBufferReach } from "../catalog/buffer-reach.ts";
import { SLOT_REFUSALS, type Override, type SlotRefusal } from "../engine/types.ts";
import { question } from "../engine/testing/arbitraries.ts";
import { MinuteOracle, type Question } from "../engine/testing/minute-oracle.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import {
  checkMechanic,
  decideReservation,
  hasReservation,
  isTaken,
  mostRelevantRefusal,
  type AcceptedReservation,
  type DecisionInputs,
  type ReservationHolder,
} from "./decide-reservation.ts";
import { locateSlot } from "./resolve-slot.ts";
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

const NOW = millisAt("2026-01-19T08:00");
const TEN = minuteAt("2026-01-19T10:00");
const DATE = "2026-01-19";

function holderOf(more: Partial<ReservationHolder> = {}): ReservationHolder {
  return { kind: "booking", id: "new", expires_at: null, supersedes: [], ...more };
}

/** A slot of one hour at ten, wanted of a mechanic whose ledger has the entries. */
function inputs(entries: readonly LedgerEntry[] = [], more: Partial<DecisionInputs> = {}): DecisionInputs {
  const resolved = locateSlot(buildShop(), buildService(), TEN, 60);
  const candidate = {
    mechanic: buildMechanic(),
    ledgers: buildLedgers("UTC", resolved.ledgerDates, entries),
    exceptions: [],
  };
  return {
    resolved,
    candidate,
    holder: holderOf(),
    bufferReach: NO_BUFFERS,
    now: NOW,
    override: null,
    ...more,
  };
}

function whyNot(decided: DecisionInputs): SlotRefusal | null {
  const decision = decideReservation(decided);
  return decision.ok ? null : decision.why;
}

/** A question of the engine's oracle, with what the ledgers and the shop's horizon add to it. */
interface LedgerQuestion {
  readonly asked: Question;
  /** Where in the date the slot starts: 0 at its beginning, 1 at its end. */
  readonly position: number;
  readonly horizonDays: number | null;
  readonly kinds: readonly ("booking" | "hold")[];
  /** How many of the entries the holder supersedes. */
  readonly superseded: number;
  readonly override: Override | null;
}

const ledgerQuestion: fc.Arbitrary<LedgerQuestion> = fc.record({
  asked: question,
  position: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  horizonDays: fc.constantFrom(null, null, null, 0, 1),
  kinds: fc.array(fc.constantFrom("booking", "hold"), { minLength: 5, maxLength: 5 }),
  superseded: fc.constantFrom(0, 0, 1, 2),
  override: fc.constantFrom(null, "outside_hours"),
});

/** Makes an oracle that only has to find a date's bounds quick. */
const ALWAYS_CLOSED = { weeklySchedule: {}, exceptions: [] };

/** What the oracle expects of a slot, with the same slot as the inputs of the decision. */
function pose({ asked, position, horizonDays, kinds, superseded, override }: LedgerQuestion) {
  const { zone, now } = asked;
  const boundsOf = (date: string) => new MinuteOracle({ ...asked, ...ALWAYS_CLOSED, date }).bounds;
  const bounds = boundsOf(asked.date);
  const start = minutes(bounds.start + Math.floor(position * (bounds.end - bounds.start)));
  const entries = asked.busy.map(({ start: from, end, expires_at, location_id }, index) =>
    buildEntry(`entry ${index}`, minutes(from), end - from, {
      location_id,
      kind: kinds[index] ?? "booking",
      expires_at: kinds[index] === "hold" ? expires_at : null,
    }),
  );
  const remaining = entries.slice(superseded);
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(now);
  const dayAfter = (days: number) =>
    new Date(Date.parse(`${today}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  const horizonEnd = horizonDays === null ? null : boundsOf(dayAfter(horizonDays)).end;
  const starting = remaining.filter(
    ({ slot_start }) => slot_start >= bounds.start && slot_start < bounds.end,
  );
  const held_until = starting.flatMap(({ expires_at }) => expires_at ?? []);
  const booked = starting.length - held_until.length;
  const max_bookings_per_day = asked.max_bookings_per_day === null ? null : 1;
  const oracle = new MinuteOracle({
    ...asked,
    busy: remaining,
    booked,
    held_until,
    max_bookings_per_day,
    horizonEnd,
  });

  const policy = {
    travel_minutes: asked.travelMinutes,
    lead_time_minutes: asked.leadTimeMinutes,
    horizon_days: horizonDays,
  };
  const shop = buildShop(policy, { time_zone: zone });
  const buffers = {
    buffer_before_minutes: asked.bufferBeforeMinutes,
    buffer_after_minutes: asked.bufferAfterMinutes,
  };
  const resolved = locateSlot(shop, buildService(buffers), start, asked.durationMinutes);
  const weekly_schedule = asked.weeklySchedule as Mechanic["weekly_schedule"];
  const candidate = {
    mechanic: buildMechanic({ weekly_schedule, max_bookings_per_day }),
    ledgers: buildLedgers(zone, resolved.ledgerDates, entries),
    exceptions: asked.exceptions.map((rule, index) => ({
      ...rule,
      id: `exception ${index}`,
      mechanic_id: WHOLE_SHOP,
    })),
  };
  const supersedes = entries.slice(0, superseded).map(({ id }) => id);
  const holder = holderOf({ supersedes });
  const decided: DecisionInputs = {
    resolved,
    candidate,
    holder,
    bufferReach: farthestBufferReach(shop),
    now: millis(now),
    override,
  };
  return { start, oracle, decided, boundsOf };
}

describe("for any schedule, exceptions, ledgers and zone, decideReservation", () => {
  it("agrees with an oracle that looks at every minute: the reason, the place, and no overlap", () => {
    fc.assert(
      fc.property(ledgerQuestion, (posed) => {
        const { start, oracle, decided, boundsOf } = pose(posed);
        const { resolved, candidate, holder, now, override } = decided;
        const decision = decideReservation(decided);
        expect(decision.ok ? null : decision.why).toBe(oracle.refusal(start, override));
        expect(decision.ok && isTaken(resolved, candidate.ledgers, holder, now)).toBe(false);
        if (decision.ok) {
          expectApart(decision.value, oracle.placeAt(start) ?? null, boundsOf);
          const isOverridden = oracle.refusal(start) === "outside_hours";
          expect(decision.value.override).toBe(isOverridden ? override : null);
        }
      }),
      { numRuns: 80 },
    );
  });
});

/** Expects the entry at the place, once on the ledger of each of its dates, and apart from all other entries. */
function expectApart(
  { entry, ledgers }: AcceptedReservation,
  place: string | null | undefined,
  boundsOf: (date: string) => { start: number; end: number },
): void {
  expect(entry.location_id).toBe(place);
  expect(ledgers.length).toBeGreaterThan(0);
  for (const { date, entries } of ledgers) {
    const others = entries.filter(({ id }) => id !== entry.id);
    const day = boundsOf(date);
    // A ledger of another date only loses an entry that the holder supersedes.
    const isOnDate = entry.start < day.end && day.start < entry.end;
    expect(others).toHaveLength(isOnDate ? entries.length - 1 : entries.length);
    expect(others.some(({ start, end }) => start < entry.end && entry.start < end)).toBe(false);
  }
}

describe("decideReservation", () => {
  it("accepts free time with the holder's own fields and the slot beside its extent", () => {
    const service = buildService({ buffer_before_minutes: 5, buffer_after_minutes: 15 });
    const resolved = locateSlot(buildShop(), service, TEN, 60);
    const hold = {
      kind: "hold",
      expires_at: later(NOW, 10),
      session_hash: "session",
      service_id: "repair",
    } as const;
    const decision = decideReservation(inputs([], { resolved, holder: holderOf(hold) }));
    const entry = {
      ...hold,
      id: "new",
      start: TEN - 5,
      end: TEN + 75,
      slot_start: TEN,
      slot_end: TEN + 60,
      location_id: null,
    };
    expect(decision).toEqual({
      ok: true,
      value: {
        entry,
        override: null,
        ledgers: [{ mechanic_id: "ada", date: DATE, entries: [entry] }],
        days: [
          {
            date: DATE,
            busy: [{ start: TEN - 5, end: TEN + 75, expires_at: hold.expires_at, location_id: null }],
            booked: 0,
            held_until: [hold.expires_at],
          },
        ],
      },
    });
  });

  it("does not count the holder's own earlier entry, nor what it supersedes", () => {
    const own = buildEntry("new", minutes(TEN + 30), 60);
    const left = buildEntry("left", minutes(TEN - 30), 60);
    const supersedes = ["left"];
    expect(whyNot(inputs([own, left]))).toBe("slot_taken");
    const decision = decideReservation(inputs([own, left], { holder: holderOf({ supersedes }) }));
    expect(decision).toMatchObject({
      ok: true,
      value: { ledgers: [{ entries: [{ id: "new", start: TEN }] }] },
    });
    expect(decision.ok && decision.value.ledgers[0]?.entries).toHaveLength(1);
    expect(decision.ok && decision.value.entry).not.toHaveProperty("supersedes");
  });

  it("counts for the daily limit the bookings of the slot's own date that stay", () => {
    const candidateWith = (entries: readonly LedgerEntry[]) => ({
      mechanic: buildMechanic({ max_bookings_per_day: 1 }),
      ledgers: buildLedgers("UTC", ["2026-01-18", DATE, "2026-01-20"], entries),
      exceptions: [],
    });
    const early = buildEntry("early", minuteAt("2026-01-19T09:00"), 30);
    const neighbours = ["2026-01-18T10:00", "2026-01-20T10:00"].map((at) => buildEntry(at, minuteAt(at), 30));
    expect(whyNot(inputs([], { candidate: candidateWith([early]) }))).toBe("day_full");
    expect(whyNot(inputs([], { candidate: candidateWith(neighbours) }))).toBeNull();
    const holder = holderOf({ supersedes: ["early"] });
    expect(whyNot(inputs([], { candidate: candidateWith([early]), holder }))).toBeNull();
  });

  it("takes a mechanic whose own date's ledger is missing as not booked that day", () => {
    const candidate = {
      mechanic: buildMechanic({ max_bookings_per_day: 1 }),
      ledgers: [],
      exceptions: [],
    };
    expect(whyNot(inputs([], { candidate }))).toBeNull();
  });

  it("follows the exceptions that it is given, not the template alone", () => {
    const { candidate } = inputs();
    const exceptions = [buildException(DATE)];
    expect(whyNot(inputs([], { candidate: { ...candidate, exceptions } }))).toBe("outside_hours");
  });

  describe("with an override of outside_hours", () => {
    const night = minuteAt("2026-01-19T22:00");
    const service = buildService({ buffer_before_minutes: 10, buffer_after_minutes: 20 });
    const resolved = locateSlot(buildShop(), service, night, 60);
    const overridden = (entries: readonly LedgerEntry[], more: Partial<DecisionInputs> = {}) => {
      const candidate = { ...inputs().candidate, ledgers: buildLedgers("UTC", [DATE], entries) };
      return inputs([], { resolved, candidate, override: "outside_hours", ...more });
    };

    it("takes closed time, without a location, and says that it set the hours aside", () => {
      expect(whyNot(overridden([], { override: null }))).toBe("outside_hours");
      expect(decideReservation(overridden([]))).toMatchObject({
        ok: true,
        value: {
          override: "outside_hours",
          entry: { start: night - 10, end: night + 80, location_id: null },
        },
      });
    });

    it("takes time that an exception closes", () => {
      const { candidate } = inputs();
      const closed = { ...candidate, exceptions: [buildException(DATE)] };
      const decision = decideReservation(inputs([], { candidate: closed, override: "outside_hours" }));
      expect(decision).toMatchObject({ ok: true, value: { override: "outside_hours" } });
    });

    it("sets nothing aside in open time", () => {
      const decision = decideReservation(inputs([], { override: "outside_hours" }));
      expect(decision).toMatchObject({ ok: true, value: { override: null } });
    });

    it.each([
      { at: -40, error: null },
      { at: -39, error: "slot_taken" },
      { at: 79, error: "slot_taken" },
      { at: 80, error: null },
    ])("keeps its buffers: $error for a reservation of half an hour at minute $at", ({ at, error }) => {
      const other = buildEntry("other", minutes(night + at), 30);
      const hold = { ...other, kind: "hold" as const, expires_at: later(NOW, 1) };
      expect(whyNot(overridden([other]))).toBe(error);
      expect(whyNot(overridden([hold]))).toBe(error);
    });

    it("sets no other rule aside", () => {
      const wanted = (policy: Parameters<typeof buildShop>[0]) =>
        overridden([], { resolved: locateSlot(buildShop(policy), service, night, 60) });
      expect(whyNot(wanted({ lead_time_minutes: 1440 }))).toBe("too_soon");
      const horizon = locateSlot(buildShop({ horizon_days: 0 }), service, minutes(night + 1440), 60);
      expect(whyNot(overridden([], { resolved: horizon }))).toBe("beyond_horizon");
      const full = buildMechanic({ max_bookings_per_day: 0 });
      expect(whyNot(overridden([], { candidate: { ...inputs().candidate, mechanic: full } }))).toBe(
        "day_full",
      );
    });
  });

  it("keeps the location of a slot that spans two intervals of one location that meet", () => {
    const monday = [
      { start_time: "09:00", end_time: "10:30", location_id: "north" },
      { start_time: "10:30", end_time: "17:00", location_id: "north" },
    ];
    const candidate = { ...inputs().candidate, mechanic: buildMechanic({ weekly_schedule: { monday } }) };
    const decision = decideReservation(inputs([], { candidate }));
    expect(decision).toMatchObject({ ok: true, value: { entry: { location_id: "north" } } });
  });

  it("has its location from the hours in which the whole slot lies", () => {
    const day = [
      { start_time: "09:00", end_time: "10:00", location_id: "north" },
      { start_time: "10:00", end_time: "11:00", location_id: "south" },
      { start_time: "11:00", end_time: "17:00", location_id: "east" },
    ];
    const weekly_schedule = { ...everyDay("09:00", "17:00"), monday: day } as Mechanic["weekly_schedule"];
    const candidate = { ...inputs().candidate, mechanic: buildMechanic({ weekly_schedule }) };
    const decision = decideReservation(inputs([], { candidate }));
    expect(decision).toMatchObject({ ok: true, value: { entry: { location_id: "south" } } });
  });
});

describe("isTaken", () => {
  const resolved = locateSlot(
    buildShop(),
    buildService({ buffer_before_minutes: 10, buffer_after_minutes: 20 }),
    TEN,
    60,
  );
  const taken = (entry: LedgerEntry, holder = holderOf()) =>
    isTaken(resolved, buildLedgers("UTC", [DATE], [entry]), holder, NOW);

  it.each([
    { from: -40, to: -10, expected: false },
    { from: -40, to: -9, expected: true },
    { from: 0, to: 60, expected: true },
    { from: 79, to: 100, expected: true },
    { from: 80, to: 100, expected: false },
  ])("is $expected for an entry from $from to $to minutes after the start", ({ from, to, expected }) => {
    expect(taken(buildEntry("other", minutes(TEN + from), to - from))).toBe(expected);
  });

  it("does not count the holder, what it supersedes, and a hold that has expired", () => {
    const other = buildEntry("other", TEN, 60);
    expect(taken(other, holderOf({ id: "other" }))).toBe(false);
    expect(taken(other, holderOf({ supersedes: ["other"] }))).toBe(false);
    expect(taken({ ...other, kind: "hold", expires_at: NOW })).toBe(false);
    expect(taken({ ...other, kind: "hold", expires_at: later(NOW, 1) })).toBe(true);
  });

  it("finds the one entry in the way among others and on any of the ledgers", () => {
    const free = buildEntry("free", minutes(TEN + 200), 30);
    const entries = [buildEntry("other", TEN, 60), free];
    const ledgers = buildLedgers("UTC", ["2026-01-18", DATE], entries);
    expect(isTaken(resolved, ledgers, holderOf(), NOW)).toBe(true);
    expect(isTaken(resolved, [], holderOf(), NOW)).toBe(false);
  });
});

describe("checkMechanic", () => {
  const service = buildService();
  it("returns a mechanic who is active and offers the service", () => {
    const mechanic = buildMechanic();
    expect(checkMechanic(mechanic, service)).toEqual({ ok: true, value: mechanic });
  });

  it.each([
    { error: "not_found", mechanic: undefined, message: "There is no such mechanic." },
    {
      error: "mechanic_inactive",
      mechanic: buildMechanic({ active: false, specialties: [] }),
      message: "That mechanic takes no bookings.",
    },
    {
      error: "not_qualified",
      mechanic: buildMechanic({ specialties: ["paint"] }),
      message: "The mechanic does not offer that service.",
    },
  ])("refuses with $error", ({ mechanic, error, message }) => {
    expect(checkMechanic(mechanic, service)).toEqual({ ok: false, refusal: { error, message } });
  });
});

describe("hasReservation", () => {
  it("finds an id on any of the ledgers", () => {
    const ledgers = buildLedgers("UTC", ["2026-01-18", DATE], [buildEntry("here", TEN, 60)]);
    expect(hasReservation(ledgers, "here")).toBe(true);
    expect(hasReservation(ledgers, "there")).toBe(false);
    expect(hasReservation([], "here")).toBe(false);
  });
});

describe("mostRelevantRefusal", () => {
  it("reports the mechanic who passed the most checks, and outside_hours when no mechanic was checked", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SLOT_REFUSALS)), (reasons) => {
        const passed = reasons.map((reason) => SLOT_REFUSALS.indexOf(reason));
        const expected = reasons.length === 0 ? "outside_hours" : SLOT_REFUSALS[Math.max(...passed)];
        expect(mostRelevantRefusal(reasons)).toBe(expected);
      }),
    );
  });
});
