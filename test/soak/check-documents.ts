import type { Calendar } from "./calendar.ts";
import type { Snapshot, StoredBusy, StoredEntry } from "./snapshot.ts";

const TAKES_TIME = new Set(["confirmed", "completed", "no_show"]);
const MINUTES_PER_DAY = 1440;

interface Taken {
  readonly what: string;
  readonly mechanicId: string;
  readonly start: number;
  readonly end: number;
}

/** The documents among themselves: nothing overlaps, ledgers are bookings and live holds, days are ledgers. */
export function checkDocuments(snapshot: Snapshot, calendar: Calendar): string[] {
  const taken = [...bookingsOf(snapshot), ...holdsOf(snapshot)];
  return [
    ...overlaps(taken),
    ...limitProblems(snapshot, calendar),
    ...ledgerProblems(snapshot, taken, calendar),
    ...dayProblems(snapshot, calendar),
  ];
}

/** The time that each booking takes, buffers included. */
function bookingsOf({ bookings }: Snapshot): Taken[] {
  return bookings
    .filter(({ status }) => TAKES_TIME.has(status))
    .map((booking) => ({
      what: `booking ${booking.id}`,
      mechanicId: booking.mechanic_id,
      start: booking.start / 60_000 - booking.buffer_before_minutes,
      end: booking.end / 60_000 + booking.buffer_after_minutes,
    }));
}

function holdsOf({ holds, now }: Snapshot): Taken[] {
  return holds
    .filter(({ expires_at }) => expires_at > now)
    .map((hold) => ({
      what: `hold ${hold.id}`,
      mechanicId: hold.mechanic_id,
      start: hold.extent_start / 60_000,
      end: hold.extent_end / 60_000,
    }));
}

function overlaps(taken: readonly Taken[]): string[] {
  const problems: string[] = [];
  for (const mechanicId of new Set(taken.map((one) => one.mechanicId))) {
    const sorted = taken.filter((one) => one.mechanicId === mechanicId).sort((a, b) => a.start - b.start);
    let last: Taken | undefined;
    for (const one of sorted) {
      if (last && one.start < last.end)
        problems.push(`${last.what} and ${one.what} overlap on ${mechanicId}`);
      if (!last || one.end > last.end) last = one;
    }
  }
  return problems;
}

/** No mechanic has more bookings and live holds on a date than the daily limit. */
function limitProblems(
  { bookings, holds, now }: Snapshot,
  { offsetMinutes, dailyLimits }: Calendar,
): string[] {
  const live = [
    ...bookings.filter(({ status }) => TAKES_TIME.has(status)),
    ...holds.filter(({ expires_at }) => expires_at > now),
  ];
  const counts = new Map<string, number>();
  for (const { mechanic_id, start } of live) {
    const [date = ""] = datesOf(start / 60_000, start / 60_000 + 1, { offsetMinutes });
    const key = `${mechanic_id} on ${date}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => {
    const limit = dailyLimits[key.split(" ")[0] ?? ""] ?? Infinity;
    return count > limit ? [`${count} reservations of ${key}, more than ${limit}`] : [];
  });
}

/** Every ledger holds exactly what takes the mechanic's time on its date. */
function ledgerProblems(snapshot: Snapshot, taken: readonly Taken[], calendar: Calendar): string[] {
  const expected = new Set<string>();
  for (const { what, mechanicId, start, end } of taken) {
    for (const date of datesOf(start, end, calendar))
      expected.add(`${what} ${start}-${end} in ${mechanicId}_${date}`);
  }
  const found = new Set<string>();
  const problems: string[] = [];
  for (const ledger of snapshot.ledgers) {
    for (const entry of ledger.entries.filter((one) => isLive(one, snapshot.now))) {
      const line = `${entry.kind} ${entry.id} ${entry.start}-${entry.end} in ${ledger.mechanic_id}_${ledger.date}`;
      if (found.has(line)) problems.push(`twice in a ledger: ${line}`);
      found.add(line);
    }
  }
  for (const line of expected) if (!found.has(line)) problems.push(`missing in a ledger: ${line}`);
  for (const line of found) if (!expected.has(line)) problems.push(`nothing explains a ledger's ${line}`);
  return problems;
}

function datesOf(start: number, end: number, { offsetMinutes }: Pick<Calendar, "offsetMinutes">): string[] {
  const dates: string[] = [];
  const first = Math.floor((start + offsetMinutes) / MINUTES_PER_DAY);
  for (let day = first; day * MINUTES_PER_DAY < end + offsetMinutes; day += 1) dates.push(dateOf(day));
  return dates;
}

function dateOf(day: number): string {
  return new Date(day * MINUTES_PER_DAY * 60_000).toISOString().slice(0, 10);
}

function isLive({ expires_at }: { readonly expires_at?: number | null }, now: number): boolean {
  return expires_at === null || expires_at === undefined || expires_at > now;
}

/**
 * A day that would be answered from shows, for each mechanic, what stands in the ledgers; of a neighbour's what slots
 * of the day can reach.
 */
function dayProblems(
  snapshot: Snapshot,
  { offsetMinutes, reachMinutes, longestMinutes }: Calendar,
): string[] {
  const { now, catalogVersion, ledgers } = snapshot;
  const entriesOf = new Map(ledgers.map((one) => [`${one.mechanic_id}_${one.date}`, one.entries]));
  const problems: string[] = [];
  for (const day of snapshot.days) {
    const valid =
      day.generated_dynamically === true &&
      day.cached_at !== undefined &&
      (day.expires_at ?? 0) > now &&
      (day.epoch ?? 0) === (day.filled_epoch ?? 0) &&
      day.catalog_version === catalogVersion;
    if (!valid) continue;
    const number = Date.parse(`${day.id}T00:00:00Z`) / (MINUTES_PER_DAY * 60_000);
    for (const [mechanicId, mechanic] of Object.entries(day.mechanics ?? {})) {
      if (mechanic.open === undefined) continue;
      const midnight = number * MINUTES_PER_DAY - offsetMinutes;
      const own = entriesOf.get(`${mechanicId}_${day.id}`) ?? [];
      const starting = own.filter(({ slot_start: at }) => at >= midnight && at < midnight + MINUTES_PER_DAY);
      const bookings = starting.filter(({ kind }) => kind === "booking").length;
      const holds = starting.flatMap(({ expires_at }) => expires_at ?? []).filter((expiry) => expiry > now);
      const shown = (mechanic.held_until ?? []).filter((expiry) => expiry > now);
      if ((mechanic.booked ?? 0) !== bookings || shown.sort().join() !== holds.sort().join()) {
        problems.push(`day ${day.id} counts other reservations of ${mechanicId} than the ledger`);
      }
      const lastEnd = midnight + MINUTES_PER_DAY + longestMinutes;
      const opens = Math.max(midnight, Math.min(...mechanic.open.map(({ start }) => start))) - reachMinutes;
      const closes = Math.min(lastEnd, Math.max(...mechanic.open.map(({ end }) => end))) + reachMinutes;
      const lists = [
        ["busy", mechanic.busy ?? [], number, () => true],
        ["previous_busy", mechanic.previous_busy, number - 1, ({ end }: StoredBusy) => end > opens],
        ["next_busy", mechanic.next_busy, number + 1, ({ start }: StoredBusy) => start < closes],
      ] as const;
      for (const [name, busy, date, isInReach] of lists) {
        const entries = entriesOf.get(`${mechanicId}_${dateOf(date)}`) ?? [];
        if (!busy) continue;
        const [shown, taken] = [busy, entries].map((list) => textOf(list.filter(isInReach), now));
        if (shown !== taken) {
          problems.push(
            `day ${day.id} shows other ${name} of ${mechanicId} than the ledger of ${dateOf(date)}`,
          );
        }
      }
    }
  }
  return problems;
}

function textOf(busy: readonly (StoredBusy | StoredEntry)[], now: number): string {
  return busy
    .filter((one) => isLive(one, now))
    .map(({ start, end }) => `${start}-${end}`)
    .sort()
    .join();
}
