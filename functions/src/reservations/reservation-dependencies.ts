import type { Level1 } from "../availability/day/level1.ts";
import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import type { KeyedQueue } from "../platform/keyed-queue.ts";
import type { Clock } from "../platform/scope.ts";
import type { AttemptContext } from "./reservation-context.ts";

/** What every use case that takes or frees time depends on. */
export interface ReservationDependencies {
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
  readonly queue: KeyedQueue;
  readonly clock: Clock;
  readonly newId: () => string;
  /** How long a contended reservation is retried before it is refused. */
  readonly bookingDeadlineMs: number;
}

/** Returns the context of an attempt that begins now: a request may have waited since it arrived. */
export function beginAttempt({
  clock,
  services,
}: Pick<ReservationDependencies, "clock" | "services">): AttemptContext {
  return { now: clock.now(), bufferReachOf: services.bufferReach.bind(services) };
}
