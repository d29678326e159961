import type { Firestore } from "firebase-admin/firestore";
import { Timestamp } from "firebase-admin/firestore";
import { millis, MINUTE_MS, toMinutes } from "../../functions/src/engine/units.ts";

/** The shop that both implementations serve: the same facts, each in the shape that it reads. */
export interface BenchShop {
  readonly id: string;
  readonly mechanics: number;
  /** Bookings of each mechanic on each of the dates. */
  readonly bookingsEach: number;
  /** By default `DATE` alone. */
  readonly dates?: readonly string[];
}

export const ZONE = "America/New_York";
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A Wednesday next July: in the future for every clock, and no clock changes near it. */
export const DATE = nextWednesdayOfJuly();
export const SERVICE = "oil_change";
export const SLOT_MINUTES = 30;
const SHIFTS = [
  { start_time: "08:00", end_time: "12:00" },
  { start_time: "13:00", end_time: "17:00" },
];
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

export function mechanicId(index: number): string {
  return `m${String(index).padStart(4, "0")}`;
}

/** An instant of `date` in summer time in New York. */
export function instantAt(date: string, minuteOfDay: number): number {
  return Date.parse(`${date}T00:00:00-04:00`) + minuteOfDay * MINUTE_MS;
}

export function datesFrom(date: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(date) + index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Writes everything that either implementation reads. */
export async function seedBenchShop(
  db: Firestore,
  { id, mechanics, bookingsEach, dates = [DATE] }: BenchShop,
): Promise<void> {
  const shop = db.doc(`shops/${id}`);
  const writer = db.bulkWriter({ throttling: false });
  const write = (path: string, data: object) =>
    void writer.set(shop.collection(path.split("/")[0]!).doc(path.split("/")[1]!), data);
  void writer.set(shop, {
    name: "Bench",
    time_zone: ZONE,
    ledger_time_zone: ZONE,
    catalog_version: 1,
    policy: { slot_interval_minutes: SLOT_MINUTES, default_slot_minutes: 60, allow_guest_booking: true },
  });
  write(`services/${SERVICE}`, { name: "Oil change", durations_minutes: [SLOT_MINUTES], active: true });
  const weekly_schedule = Object.fromEntries(WEEKDAYS.map((day) => [day, SHIFTS]));
  for (let index = 0; index < mechanics; index += 1) {
    const mechanic_id = mechanicId(index);
    write(`mechanics/${mechanic_id}`, {
      name: mechanic_id,
      specialties: [SERVICE],
      active: true,
      weekly_schedule,
    });
    // A plain service keeps a row for each shift, and asks for those of a mechanic and weekday.
    for (const [number, shift] of SHIFTS.entries()) {
      write(`schedules/${mechanic_id}_${number}`, { mechanic_id, ...shift });
    }
    for (const date of bookingsEach > 0 ? dates : []) {
      const bookings = Array.from({ length: bookingsEach }, (_, number) =>
        bookingOf({ mechanic_id, date, minuteOfDay: 8 * 60 + number * 120 + (index % 2) * 30 }, number),
      );
      for (const booking of bookings) write(`bookings/${booking.id}`, booking);
      write(`ledger/${mechanic_id}_${date}`, { mechanic_id, date, entries: bookings.map(entryOf) });
    }
  }
  await writer.close();
}

/** The bookings of a day lie two hours apart, each mechanic's a little shifted. */
function bookingOf(place: { mechanic_id: string; date: string; minuteOfDay: number }, number: number) {
  const { mechanic_id, date, minuteOfDay } = place;
  const start = instantAt(date, minuteOfDay);
  return {
    id: `${mechanic_id}-${date}-${number}`,
    mechanic_id,
    service_id: SERVICE,
    date,
    start: Timestamp.fromMillis(start),
    end: Timestamp.fromMillis(start + SLOT_MINUTES * MINUTE_MS),
    status: "confirmed",
    customer: { name: "Bench" },
  };
}

function entryOf({ id, start, end }: ReturnType<typeof bookingOf>) {
  return {
    kind: "booking",
    id,
    start: toMinutes(millis(start.toMillis())),
    end: toMinutes(millis(end.toMillis())),
    expires_at: null,
  };
}

function nextWednesdayOfJuly(): string {
  const day = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 6, 1));
  while (day.getUTCDay() !== 3) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
