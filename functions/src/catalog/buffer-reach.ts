import { MAX_BUFFER_MINUTES, MAX_DURATION_MINUTES, type Service, type Shop } from "./schema.ts";

/** How far, in minutes, a booking outside a date can block slots of that date. */
export interface BufferReach {
  /** Beyond the slot itself: the longest buffer of the shop's services, and travel. */
  readonly bufferMinutes: number;
  /** The longest slot on offer. */
  readonly slotMinutes: number;
}

/** The reach by the shop's services. */
export function bufferReach({ policy }: Shop, services: Iterable<Service>): BufferReach {
  let [buffer, slot] = [0, policy.default_slot_minutes];
  for (const { buffer_before_minutes, buffer_after_minutes, durations_minutes } of services) {
    buffer = Math.max(buffer, buffer_before_minutes, buffer_after_minutes);
    slot = Math.max(slot, ...durations_minutes);
  }
  return { bufferMinutes: buffer + policy.travel_minutes, slotMinutes: slot };
}

/** The longest possible reach, for when the services are not known. */
export function farthestBufferReach({ policy }: Shop): BufferReach {
  return { bufferMinutes: MAX_BUFFER_MINUTES + policy.travel_minutes, slotMinutes: MAX_DURATION_MINUTES };
}
