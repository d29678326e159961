import type { Firestore } from "firebase-admin/firestore";
import { everyDay, seedShop } from "../support/shop.ts";
import type { Calendar } from "./calendar.ts";

export const SHOP = "soak";
/** A zone without daylight saving, so that the checker can count dates by itself. */
const ZONE = "Asia/Taipei";
export const CALENDAR: Calendar = {
  offsetMinutes: 8 * 60,
  reachMinutes: 15,
  longestMinutes: 90,
  dailyLimits: { wei: 8 },
};
export const MECHANICS = ["ada", "grace", "wei"] as const;

export interface SoakService {
  readonly id: string;
  readonly durations: readonly number[];
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
}
export const SERVICES: readonly SoakService[] = [
  { id: "quick", durations: [30], bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
  { id: "thorough", durations: [60, 90], bufferBeforeMinutes: 10, bufferAfterMinutes: 15 },
];

const DATES = 3;

/** Three mechanics whose shifts cross midnight; holds are short, so that some end by themselves. */
export async function seedSoakShop(db: Firestore): Promise<void> {
  const services = Object.fromEntries(
    SERVICES.map(({ id, durations, bufferBeforeMinutes, bufferAfterMinutes }) => [
      id,
      {
        durations_minutes: [...durations],
        buffer_before_minutes: bufferBeforeMinutes,
        buffer_after_minutes: bufferAfterMinutes,
      },
    ]),
  );
  const weekly_schedule = everyDay("00:00-02:00", "09:00-15:00", "22:00-24:00");
  const specialties = SERVICES.map(({ id }) => id);
  await seedShop(db, SHOP, {
    shop: { time_zone: ZONE, policy: { hold_minutes: 1, slot_interval_minutes: 15 } },
    services,
    mechanics: Object.fromEntries(
      MECHANICS.map((id) => {
        const max_bookings_per_day = CALENDAR.dailyLimits[id] ?? null;
        return [id, { name: id, specialties, weekly_schedule, max_bookings_per_day }];
      }),
    ),
  });
}

/** The quarter hours at which somebody works, on the dates after tomorrow: so few that clients get in each other's way. */
export function startsFrom(now: number): number[] {
  const zone = CALENDAR.offsetMinutes;
  const firstDay = Math.floor((now / 60_000 + zone) / 1440) + 2;
  const starts: number[] = [];
  for (let day = firstDay; day < firstDay + DATES; day += 1) {
    for (let minute = 0; minute < 1440; minute += 15) {
      const hour = Math.floor(minute / 60);
      if (hour < 2 || (hour >= 9 && hour < 15) || hour >= 22) starts.push(day * 1440 + minute - zone);
    }
  }
  return starts;
}

/** The shop's dates on which those starts lie. */
export function datesFrom(now: number): string[] {
  const firstDay = Math.floor((now / 60_000 + CALENDAR.offsetMinutes) / 1440) + 2;
  return Array.from({ length: DATES }, (_, index) =>
    new Date((firstDay + index) * 86_400_000).toISOString().slice(0, 10),
  );
}
