import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MechanicOfDay, MechanicsOfDay } from "../availability/day/day.ts";
import { openIntervals } from "../engine/open-time.ts";
import { whyNotBookable } from "../engine/slots.ts";
import { dayBounds } from "../engine/zone.ts";
import { refuse, type ErrorCode } from "../platform/errors.ts";
import { chooseMechanic, type ChoiceInputs } from "./any-mechanic.ts";
import { mostRelevantRefusal } from "./decide-reservation.ts";
import { locateSlot } from "./resolve-slot.ts";
import { buildService, buildShop, everyDay, millisAt, minuteAt, minutes } from "./testing/builders.ts";

const NOW = millisAt("2026-01-19T08:00");
const TEN = minuteAt("2026-01-19T10:00");
const DATE = "2026-01-19";
const BUFFER = 10;
const service = buildService({ buffer_before_minutes: BUFFER, buffer_after_minutes: BUFFER });
const resolved = locateSlot(buildShop(), service, TEN, 60);

function mechanicOn(more: Partial<MechanicOfDay> = {}): MechanicOfDay {
  const weeklySchedule = everyDay("09:00", "17:00");
  const open = openIntervals({ zone: "UTC", date: DATE, weeklySchedule, exceptions: [] });
  return {
    specialties: ["repair"],
    open,
    busy: [],
    booked: 0,
    held_until: [],
    max_bookings_per_day: null,
    ...more,
  };
}

const busyAt = (start: number) => ({
  start: minutes(start),
  end: minutes(start + 30),
  expires_at: null,
  location_id: null,
});

function choose(mechanics: MechanicsOfDay, more: Partial<ChoiceInputs> = {}) {
  return chooseMechanic(resolved, mechanics, {
    tried: new Map(),
    waitingFor: () => 0,
    now: NOW,
    lot: "lot",
    ...more,
  });
}

/** The rule that a transaction applies to the same slot, from its own numbers. */
function whyNot({ open, busy, booked, held_until, max_bookings_per_day }: MechanicOfDay) {
  return whyNotBookable({ open, busy, booked, held_until, max_bookings_per_day }, resolved.slot, {
    durationMinutes: 60,
    stepMinutes: 30,
    bufferBeforeMinutes: BUFFER,
    bufferAfterMinutes: BUFFER,
    travelMinutes: 0,
    day: dayBounds("UTC", DATE),
    now: NOW,
    leadTimeMinutes: 0,
    horizonEnd: null,
  });
}

const anyMechanic = fc
  .record({
    specialties: fc.constantFrom(["repair"], ["repair"], ["paint"], []),
    closed: fc.constantFrom(false, false, false, true),
    busy: fc.array(fc.integer({ min: TEN - 60, max: TEN + 100 }), { maxLength: 1 }),
    booked: fc.nat(3),
    max_bookings_per_day: fc.constantFrom(null, null, 2),
  })
  .map(({ closed, busy, ...more }) =>
    mechanicOn({ ...more, ...(closed && { open: [] }), busy: busy.map(busyAt) }),
  );

const choice = fc.record({
  mechanics: fc.dictionary(fc.constantFrom("ada", "bob", "cyd", "dee", "eve"), anyMechanic),
  tried: fc.dictionary(
    fc.constantFrom("ada", "bob"),
    fc.constantFrom<ErrorCode>("slot_taken", "day_full", "contention"),
    { maxKeys: 1 },
  ),
  waiting: fc.dictionary(fc.constantFrom("ada", "bob", "cyd", "dee", "eve"), fc.nat(2)),
  lot: fc.string(),
});

describe("for any mechanics, chooseMechanic", () => {
  it("proposes one of the least booked of those who are free, and refuses only when there is none", () => {
    fc.assert(
      fc.property(choice, ({ mechanics, tried, waiting, lot }) => {
        const waitingFor = (id: string) => waiting[id] ?? 0;
        const free = Object.entries(mechanics)
          .filter(([id]) => tried[id] === undefined)
          .filter(([, one]) => one.specialties.includes("repair") && whyNot(one) === null);
        const load = ([id, { booked }]: (typeof free)[number]) => booked + waitingFor(id);
        const least = Math.min(...free.map(load));
        const allowed = free.filter((one) => load(one) === least).map(([id]) => id);
        const proposal = choose(mechanics, { tried: new Map(Object.entries(tried)), waitingFor, lot });
        if (allowed.length === 0) {
          expect(proposal).toMatchObject({ kind: "refused", resolved });
        } else {
          expect(proposal).toMatchObject({ kind: "proposed", date: DATE });
          expect(allowed).toContain(proposal.kind === "proposed" && proposal.mechanicId);
        }
      }),
    );
  });

  it("reports the most relevant reason of the qualified mechanics, and of those who were tried", () => {
    fc.assert(
      fc.property(choice, ({ mechanics, tried, lot }) => {
        const proposal = choose(mechanics, { tried: new Map(Object.entries(tried)), lot });
        if (proposal.kind === "proposed") return;
        const reasons = Object.entries(mechanics)
          .filter(([id, { specialties }]) => tried[id] === undefined && specialties.includes("repair"))
          .map(([, one]) => whyNot(one)!);
        const said = Object.values(tried).flatMap((code) =>
          code === "slot_taken" || code === "day_full" ? [code] : [],
        );
        expect(proposal.refusal).toEqual(refuse(mostRelevantRefusal([...reasons, ...said])).refusal);
      }),
    );
  });

  it("proposes the same mechanic for the same lot, whatever the order of the mechanics", () => {
    fc.assert(
      fc.property(choice, ({ mechanics, lot }) => {
        const reversed = Object.fromEntries(Object.entries(mechanics).reverse());
        expect(choose(reversed, { lot })).toEqual(choose(mechanics, { lot }));
      }),
    );
  });
});

describe("chooseMechanic", () => {
  it("draws among equals, so that many requests of one moment spread over all of them", () => {
    const mechanics = { ada: mechanicOn(), bob: mechanicOn(), cyd: mechanicOn() };
    const lots = Array.from({ length: 60 }, (_, index) => `lot ${index}`);
    const chosen = lots.map((lot) => {
      const proposal = choose(mechanics, { lot });
      return proposal.kind === "proposed" ? proposal.mechanicId : null;
    });
    for (const id of Object.keys(mechanics)) {
      expect(chosen.filter((one) => one === id).length).toBeGreaterThan(5);
    }
  });

  it("skips a mechanic of whom only bookings, no hours, are known", () => {
    const partial = { busy: [], booked: 0 } as unknown as MechanicOfDay;
    expect(choose({ ada: partial })).toMatchObject({
      kind: "refused",
      refusal: { error: "outside_hours" },
    });
    expect(choose({ ada: partial, bob: mechanicOn({ booked: 9 }) })).toMatchObject({ mechanicId: "bob" });
  });

  it("prefers a mechanic with more bookings to one for whom as many requests and more wait", () => {
    const mechanics = { ada: mechanicOn({ booked: 1 }), bob: mechanicOn({ booked: 2 }) };
    const waitingFor = (id: string) => (id === "ada" ? 2 : 0);
    expect(choose(mechanics)).toMatchObject({ mechanicId: "ada" });
    expect(choose(mechanics, { waitingFor })).toMatchObject({ mechanicId: "bob" });
  });

  it("reports outside_hours where no mechanic offers the service", () => {
    const expected = { kind: "refused", refusal: refuse("outside_hours").refusal, resolved };
    expect(choose({ ada: mechanicOn({ specialties: ["paint"] }) })).toEqual(expected);
    expect(choose({})).toEqual(expected);
  });
});
