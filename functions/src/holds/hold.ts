import { encodeSlotId } from "../availability/answers/slot-id.ts";
import type { EpochMinute, PlainDate } from "../engine/types.ts";
import { formatWithOffset } from "../engine/zone.ts";
import { spellMinutes } from "../platform/spell-minutes.ts";

/** A slot that a session has for itself until `expires_at`. */
export interface Hold {
  readonly id: string;
  readonly service_id: string;
  readonly mechanic_id: string;
  /** The shop-local date on which the slot starts. */
  readonly date: PlainDate;
  readonly start: EpochMinute;
  readonly end: EpochMinute;
  /** The slot with the service's buffers, as the ledgers have it. */
  readonly extent_start: EpochMinute;
  readonly extent_end: EpochMinute;
  readonly location_id: string | null;
  readonly session_hash: string;
  readonly extended: boolean;
  /** The request that wrote it last: an attempt whose answer was lost recognises itself. */
  readonly request_id: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly expires_at: number;
}

/** What the session is answered. `minutes` is how long the shop holds a slot. */
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
    reserved_until: secondWithOffset(zone, hold.expires_at),
    message: `Slot reserved for ${spellMinutes(minutes)}`,
  };
}

/** To the second, rounded down: nobody is promised time that is not theirs. */
function secondWithOffset(zone: string, millis: number): string {
  const minute = Math.floor(millis / 60_000);
  const second = String(Math.floor((millis - minute * 60_000) / 1000)).padStart(2, "0");
  return formatWithOffset(zone, minute).replace(/:00(?=[+-]\d\d:\d\d$)/, `:${second}`);
}
