import type { Level1 } from "../availability/day/level1.ts";
import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import type { KeyedQueue } from "../platform/keyed-queue.ts";

/** What every use case that takes or frees time depends on. */
export interface ReservationDependencies {
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
  readonly queue: KeyedQueue;
  readonly newId: () => string;
  /** How long a contended reservation is retried before it is refused. */
  readonly bookingDeadlineMs: number;
}
