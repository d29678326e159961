import { openIntervals } from "../../functions/src/engine/open-time.ts";
import { freeSlots } from "../../functions/src/engine/slots.ts";
import type { Slot } from "../../functions/src/engine/types.ts";
import { millis, toMillis } from "../../functions/src/engine/units.ts";
import { dayBounds } from "../../functions/src/engine/zone.ts";
import { printTable, writeResults } from "../table.ts";
import { cases, DURATION_MINUTES, STEP_MINUTES, ZONE, type Case } from "./cases.ts";
import { plainFreeStarts } from "./plain.ts";

/** Free 60-minute slots every 30 minutes, by the engine and by the plain implementation, which must agree. */
export function run(): Promise<void> {
  const results = cases().map(compare);
  printTable(
    "Free 60-minute slots every 30 minutes, New York, 4 bookings a day (median of several runs)",
    ["case", "slots", "slotbay ms", "first run ms", "plain ms", "ratio", "mechanic-days/s", "slots/s"],
    results.map((one) => [
      one.name,
      one.slots,
      one.engineMs,
      one.engineFirstMs,
      one.plainMs,
      one.ratio,
      Math.round(one.mechanicDaysPerSecond),
      Math.round(one.slotsPerSecond),
    ]),
  );
  writeResults("engine", results);
  return Promise.resolve();
}

function compare(one: Case) {
  const startedAt = performance.now();
  const slots = engineFreeSlots(one).flat();
  const engineFirstMs = performance.now() - startedAt;
  requireSameStarts(one, slots, plainFreeStarts(one));
  const engineMs = medianMs(() => engineFreeSlots(one), 15);
  const plainMs = medianMs(() => plainFreeStarts(one), 3);
  const mechanicDays = one.mechanics.length * one.dates.length;
  return {
    name: one.name,
    mechanicDays,
    slots: slots.length,
    engineMs,
    engineFirstMs,
    plainMs,
    ratio: plainMs / engineMs,
    mechanicDaysPerSecond: (mechanicDays / engineMs) * 1000,
    slotsPerSecond: (slots.length / engineMs) * 1000,
    microsecondsPerMechanicDay: (engineMs * 1000) / mechanicDays,
  };
}

/** Each mechanic's slots, as the product asks for them: open time, then the slots in it. */
function engineFreeSlots({ dates, mechanics }: Case): Slot[][] {
  const slots: Slot[][] = [];
  for (const { weeklySchedule, exceptions, busyOn } of mechanics) {
    for (const date of dates) {
      const open = openIntervals({ zone: ZONE, date, weeklySchedule, exceptions });
      const busy = busyOn.get(date) ?? [];
      const day = { open, busy, booked: busy.length, held_until: [], max_bookings_per_day: null };
      slots.push(
        freeSlots(day, {
          durationMinutes: DURATION_MINUTES,
          stepMinutes: STEP_MINUTES,
          bufferBeforeMinutes: 0,
          bufferAfterMinutes: 0,
          travelMinutes: 0,
          day: dayBounds(ZONE, date),
          now: millis(0),
          leadTimeMinutes: 0,
          horizonEnd: null,
        }),
      );
    }
  }
  return slots;
}

function requireSameStarts({ name }: Case, slots: readonly Slot[], plain: readonly number[]): void {
  const isSame = slots.length === plain.length && slots.every(({ start }, i) => toMillis(start) === plain[i]);
  if (!isSame) throw new Error(`${name}: the two implementations give different slots`);
}

/** Small work is repeated until a run takes long enough to be timed. */
function medianMs(work: () => unknown, runs: number): number {
  const once = timeMs(work, 1);
  const repeats = Math.max(1, Math.min(5000, Math.ceil(5 / once)));
  timeMs(work, repeats);
  const times = Array.from({ length: runs }, () => timeMs(work, repeats)).sort((a, b) => a - b);
  return times[Math.floor(runs / 2)]!;
}

function timeMs(work: () => unknown, repeats: number): number {
  const startedAt = performance.now();
  for (let i = 0; i < repeats; i++) work();
  return (performance.now() - startedAt) / repeats;
}
