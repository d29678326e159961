import fc from "fast-check";
import {
  DAYS,
  MECHANICS,
  SCHEDULES,
  type MechanicId,
  type ModelException,
  type ServiceId,
} from "./shop-model.ts";

/** What may happen to a shop. Numbers that pick one of several wrap around, so every sequence makes sense. */
export type Change =
  | {
      readonly op: "book";
      readonly instance: number;
      readonly mechanic: MechanicId;
      readonly service: ServiceId;
      readonly hour: number;
    }
  | { readonly op: "cancel"; readonly instance: number; readonly pick: number }
  | {
      readonly op: "hold";
      readonly instance: number;
      readonly mechanic: MechanicId;
      readonly service: ServiceId;
      readonly hour: number;
    }
  | { readonly op: "release"; readonly instance: number; readonly pick: number }
  | {
      readonly op: "except";
      readonly instance: number;
      readonly exception: ModelException;
      readonly pastApi: boolean;
    }
  | { readonly op: "unexcept"; readonly instance: number; readonly pick: number; readonly pastApi: boolean }
  | {
      readonly op: "reschedule";
      readonly instance: number;
      readonly mechanic: MechanicId;
      readonly schedule: number;
      readonly pastApi: boolean;
    }
  | {
      readonly op: "activate";
      readonly instance: number;
      readonly mechanic: MechanicId;
      readonly active: boolean;
    };

export interface Read {
  readonly op: "read";
  readonly instance: number;
  /** All days at once where null. */
  readonly day: number | null;
  readonly service: ServiceId | undefined;
}

export type Operation =
  | Change
  | Read
  | { readonly op: "advance"; readonly minutes: number }
  | { readonly op: "faults"; readonly seed: number | null }
  /** A change, and readers at every instance while it happens. */
  | { readonly op: "race"; readonly change: Change; readonly reads: readonly Read[] };

const instance = fc.nat(2);
const mechanic = fc.constantFrom(...MECHANICS);
const service = fc.constantFrom<ServiceId>("quick", "thorough");
const day = fc.nat(DAYS - 1);
const pick = fc.nat(9);
/** Whether a console or a script makes the change, not the management API. */
const pastApi = fc.boolean();
/** Hours that somebody works at, more often than not, midnight among them. */
const hour = fc
  .tuple(day, fc.constantFrom(0, 0, 0, 1, 3, 9, 10, 11, 12, 14, 17, 20, 22, 23, 23, 23))
  .map(([onDay, ofDay]) => onDay * 24 + ofDay);
const hours = fc
  .tuple(fc.nat(22), fc.nat(22))
  .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b) + 1]);
const exception: fc.Arbitrary<ModelException> = fc.record({
  mechanic: fc.constantFrom<MechanicId | "*">(...MECHANICS, "*"),
  day,
  hours: fc.option(hours, { freq: 3 }),
  effect: fc.constantFrom("unavailable" as const, "available" as const),
});

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant("book" as const), instance, mechanic, service, hour }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("cancel" as const), instance, pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant("hold" as const), instance, mechanic, service, hour }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("release" as const), instance, pick }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("except" as const), instance, exception, pastApi }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("unexcept" as const), instance, pick, pastApi }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("reschedule" as const),
      instance,
      mechanic,
      schedule: fc.nat(SCHEDULES.length - 1),
      pastApi,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("activate" as const), instance, mechanic, active: fc.boolean() }),
  },
);

const read: fc.Arbitrary<Read> = fc.record({
  op: fc.constant("read" as const),
  instance,
  day: fc.option(day, { freq: 4 }),
  service: fc.option(service, { nil: undefined }),
});

export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: read },
    { weight: 5, arbitrary: change },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant("race" as const),
        change,
        reads: fc.array(read, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      // A hold lasts ten minutes, a cached day an hour.
      weight: 1,
      arbitrary: fc.record({ op: fc.constant("advance" as const), minutes: fc.constantFrom(1, 9, 10, 61) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("faults" as const),
        seed: fc.option(fc.nat(1000), { freq: 2 }),
      }),
    },
  ),
  { minLength: 15, maxLength: 40 },
);
