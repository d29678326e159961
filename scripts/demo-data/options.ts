import { toMinutes, type Millis } from "../../functions/src/engine/units.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import type { PlainDate } from "../../functions/src/engine/types.ts";

export const DEMO_ZONE = "America/New_York";

/** How big a demo shop is made. The same options give the same documents. */
export interface DemoOptions {
  readonly shop: string;
  readonly mechanics: number;
  /** Dates with bookings and exceptions, beginning with `from`. */
  readonly days: number;
  /** Per mechanic; a mechanic who is away or full has fewer. */
  readonly bookingsPerDay: number;
  readonly from: PlainDate;
}

/** What `npm start` loads. */
export function defaultDemoOptions(now: Millis): DemoOptions {
  return { shop: "default", mechanics: 5, days: 14, bookingsPerDay: 2, from: demoDate(now) };
}

/** The demo shop's date at `now`. */
export function demoDate(now: Millis): PlainDate {
  return dateOf(DEMO_ZONE, toMinutes(now));
}
