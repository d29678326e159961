import fc from "fast-check";
import { expect, it } from "vitest";
import type { ExceptionRule } from "../../functions/src/engine/types.ts";
import { MinuteOracle } from "../../functions/src/engine/testing/minute-oracle.ts";
import { openProject } from "../support/firestore.ts";
import { CUSTOMER, everyDay, ZONE } from "../support/shop.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions-oracle");
const RUNS = 4;

/** The days around the clock change of New York, 8 March 2026. */
const DATES = ["2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10"];
const SCHEDULES: Readonly<Record<string, ReturnType<typeof everyDay>>> = {
  ada: everyDay("09:00-12:00", "14:00-18:00"),
  grace: everyDay("00:00-24:00"),
};
/** UTC: some of Grace's last past midnight in New York, or over the clock change. */
const APPOINTMENTS = [
  ["ada", "2026-03-06T14:00:00Z"],
  ["ada", "2026-03-06T19:30:00Z"],
  ["ada", "2026-03-08T15:00:00Z"],
  ["ada", "2026-03-09T20:30:00Z"],
  ["grace", "2026-03-07T04:45:00Z"],
  ["grace", "2026-03-07T20:00:00Z"],
  ["grace", "2026-03-08T06:45:00Z"],
  ["grace", "2026-03-09T03:45:00Z"],
  ["grace", "2026-03-10T16:00:00Z"],
] as const;
const LENGTH = 30;

const time = fc.constantFrom("00:00", "02:30", "09:00", "10:30", "12:00", "14:30", "18:00", "23:30");
const hours = fc.oneof(
  fc.constant({ start_time: null, end_time: null }),
  fc
    .tuple(time, fc.oneof(time, fc.constant("24:00")))
    .filter(([start, end]) => start < end)
    .map(([start_time, end_time]) => ({ start_time, end_time })),
);
const dates = fc.oneof(
  fc.constantFrom(...DATES).map((date) => ({ from_date: date, to_date: date, rrule: null })),
  fc
    .tuple(fc.constantFrom(...DATES), fc.constantFrom(...DATES))
    .filter(([from, to]) => from <= to)
    .map(([from_date, to_date]) => ({ from_date, to_date, rrule: null })),
  fc
    .constantFrom("FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=MONTHLY;BYDAY=1SU")
    .map((rrule) => ({ from_date: DATES[0]!, to_date: null, rrule })),
);
const exception = fc
  .tuple(dates, hours, fc.constantFrom("unavailable", "available", "busy"))
  .map(([when, at, effect]) => ({ ...when, ...at, effect }));

const step = fc.record({
  kind: fc.constantFrom("create", "create", "replace", "delete"),
  owner: fc.constantFrom("ada", "grace", "*"),
  exception,
  which: fc.nat(),
  confirm: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Known {
  readonly id: string;
  readonly owner: string;
  readonly rule: ExceptionRule;
}

interface Appointment {
  readonly id: string;
  readonly mechanic: string;
  readonly start: number;
}

/** Whether the oracle finds the appointment outside open time. */
function isOutside(known: readonly Known[], { mechanic, start }: Appointment): boolean {
  const date = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" }).format(start);
  const oracle = new MinuteOracle({
    zone: ZONE,
    date,
    weeklySchedule: SCHEDULES[mechanic]!,
    exceptions: known.filter(({ owner }) => owner === mechanic || owner === "*").map(({ rule }) => rule),
    busy: [],
    booked: 0,
    held_until: [],
    max_bookings_per_day: null,
    durationMinutes: LENGTH,
    stepMinutes: LENGTH,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    travelMinutes: 0,
    now: 0,
    leadTimeMinutes: 0,
    horizonEnd: null,
  });
  return oracle.refusal(start / 60_000) === "outside_hours";
}

const pathOf = (owner: string) => (owner === "*" ? "/exceptions" : `/mechanics/${owner}/exceptions`);

let shops = 0;
/** How many appointments the warnings of all runs have listed. */
let listed = 0;

async function openBookedShop(): Promise<{ shop: ManagedShop; appointments: Appointment[] }> {
  const mechanics = Object.fromEntries(
    Object.entries(SCHEDULES).map(([id, weekly_schedule]) => [
      id,
      { name: id, specialties: ["inspection"], weekly_schedule },
    ]),
  );
  const shop = await openManagedShop(project, `oracle-${(shops += 1)}`, { mechanics });
  const appointments: Appointment[] = [];
  for (const [mechanic, start] of APPOINTMENTS) {
    const order = { service_id: "inspection", mechanic_id: mechanic, start, customer: CUSTOMER };
    const { status, body } = await shop.client.book(shop.id, order);
    expect(status).toBe(201);
    appointments.push({ id: body.booking.id, mechanic, start: Date.parse(start) });
  }
  return { shop, appointments };
}

/** Sends the step, first without confirmation; returns the exceptions that are there after it. */
async function carryOut(
  shop: ManagedShop,
  appointments: readonly Appointment[],
  known: readonly Known[],
  { kind, owner, exception: rule, which, confirm }: Step,
): Promise<readonly Known[]> {
  const target = kind === "create" || known.length === 0 ? undefined : known[which % known.length];
  const others = known.filter((one) => one !== target);
  const isDeletion = target !== undefined && kind === "delete";
  const wanted = isDeletion ? others : [...others, { id: "", owner: target?.owner ?? owner, rule }];
  const expected = appointments
    .filter((one) => !isOutside(known, one) && isOutside(wanted, one))
    .map(({ id }) => id);
  const [method, path] = target
    ? [isDeletion ? "DELETE" : "PUT", `${pathOf(target.owner)}/${target.id}`]
    : ["POST", pathOf(owner)];
  const send = (query: string) =>
    shop.send(method, path + query, isDeletion ? undefined : rule, { ...shop.admin, "if-match": "*" });
  const answer = await send("");
  const warned = (answer.body.details?.conflicting_appointments ?? []) as { booking_id: string }[];
  expect(warned.map(({ booking_id }) => booking_id).sort()).toEqual(expected.sort());
  expect(answer.status === 409).toBe(expected.length > 0);
  listed += warned.length;
  if (answer.status === 409 && !confirm) return known;
  const made = answer.status === 409 ? await send("?confirm=true") : answer;
  expect(made.status).toBeLessThan(300);
  if (isDeletion) return others;
  return [...others, { id: made.body.exception.id, owner: target?.owner ?? owner, rule }];
}

it("warns of exactly the appointments that an independent oracle finds", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 9 }), async (steps) => {
      const { shop, appointments } = await openBookedShop();
      let known: readonly Known[] = [];
      for (const one of steps) known = await carryOut(shop, appointments, known, one);
    }),
    { numRuns: RUNS, seed: 10, endOnFailure: true },
  );
  // Steps that strand nothing would show nothing.
  expect(listed).toBeGreaterThan(RUNS);
});
