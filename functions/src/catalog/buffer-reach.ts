import { MAX_BUFFER_MINUTES, MAX_DURATION_MINUTES, type Service, type Shop } from "./schema.ts";

/** How far the slots of a date reach beyond it, in minutes. */
export interface BufferReach {
  /** Beyond the slot itself: the longest buffer of the shop's services, and travel. */
  readonly bufferMinutes: number;
  /** The longest slot on offer. */
  readonly slotMinutes: number;
}

/** The shop's real reach. */
export function bufferReach({ policy }: Shop, services: Iterable<Service>): BufferReach {
  let [buffer, slot] = [0, policy.default_slot_minutes];
  for (const { buffer_before_minutes, buffer_after_minutes, durations_minutes } of services) {
    buffer = Math.max(buffer, buffer_before_minutes, buffer_after_minutes);
    slot = Math.max(slot, ...durations_minutes);
  }
  return { bufferMinutes: buffer + policy.travel_minutes, slotMinutes: slot };
}

/** The farthest that any services may reach: for when they are not known. */
export function farthestBufferReach({ policy }: Shop): BufferReach {
  return { bufferMinutes: MAX_BUFFER_MINUTES + policy.travel_minutes, slotMinutes: MAX_DURATION_MINUTES };
}
