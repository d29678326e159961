import { z } from "zod";
import { encodeSlotId } from "../availability/answers/slot-id.ts";
import type { Interval } from "../engine/types.ts";
import { toMillis, toMinutes, type Millis } from "../engine/units.ts";
import { formatWithOffset } from "../engine/zone.ts";
import { asMillis, asMinutes } from "../platform/unit-schemas.ts";
import { spellMinutes } from "../platform/spell-minutes.ts";

const minuteField = asMinutes(z.int());
const instantField = asMillis(z.number());

/** The fields of `shops/{shop}/holds/{id}`, with Timestamps read as minutes or milliseconds. */
export const holdFields = z.object({
  id: z.string(),
  service_id: z.string(),
  mechanic_id: z.string(),
  /** The shop-local date on which the slot starts. */
  date: z.string(),
  start: minuteField,
  end: minuteField,
  /** The slot with the service's buffers, as the ledgers have it. */
  extent_start: minuteField,
  extent_end: minuteField,
  location_id: z.string().nullable(),
  session_hash: z.string(),
  extended: z.boolean(),
  /** The request that wrote it last: an attempt whose answer was lost recognises itself. */
  request_id: z.string(),
  created_at: instantField,
  expires_at: instantField,
});

/** A slot that a session has for itself until `expires_at`. */
export type Hold = Readonly<z.output<typeof holdFields>>;

/** The slot with its buffers: the time that a hold takes. */
export function extentOfHold({ extent_start: start, extent_end: end }: Hold): Interval {
  return { start, end };
}

/** The hold as its session sees it. `minutes` is how long the shop holds a slot. */
export function presentHold(hold: Hold, zone: string, minutes: number) {
  const durationMinutes = hold.end - hold.start;
  return {
    hold_id: hold.id,
    slot: {
      id: encodeSlotId({
        mechanicId: hold.mechanic_id,
        serviceId: hold.service_id,
        start: hold.start,
        durationMinutes,
      }),
      start: formatWithOffset(zone, hold.start),
      end: formatWithOffset(zone, hold.end),
      duration_minutes: durationMinutes,
      mechanic_id: hold.mechanic_id,
      service_id: hold.service_id,
      location_id: hold.location_id,
    },
    reserved_until: formatSecond(zone, hold.expires_at),
    message: `Slot reserved for ${spellMinutes(minutes)}`,
  };
}

/** RFC 3339 to the second, rounded down: a session is never promised more time than it has. */
function formatSecond(zone: string, instant: Millis): string {
  const minute = toMinutes(instant);
  const second = String(Math.floor((instant - toMillis(minute)) / 1000)).padStart(2, "0");
  return formatWithOffset(zone, minute).replace(/:00(?=[+-]\d\d:\d\d$)/, `:${second}`);
}
