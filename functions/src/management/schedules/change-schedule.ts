import { isDeepStrictEqual } from "node:util";
import { mechanicInvalidation } from "../../catalog/invalidation.ts";
import { mechanicSchema, shopSchema, type Mechanic, type Shop } from "../../catalog/schema.ts";
import { strandedBy, listAppointment } from "../../bookings/outside-hours.ts";
import { done, refuse, warn, type ChangeOutcome, type Outcome } from "../../platform/errors.ts";
import { readDocument, readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { Scope } from "../../platform/scope.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { exceptionsAround, upcomingBookings } from "../upcoming-appointments.ts";

type Schedule = Mechanic["weekly_schedule"];

/** A mechanic's weekly schedule as the API shows it. */
export interface ShownSchedule {
  readonly mechanic_id: string;
  readonly weekly_schedule: Schedule;
}

export function presentSchedule({ id, weekly_schedule }: Mechanic): ShownSchedule {
  return { mechanic_id: id, weekly_schedule };
}

export interface ScheduleChange {
  readonly mechanicId: string;
  /** Returns the new schedule; it may depend on the one that is stored, and on other mechanics (`copy`). */
  readonly next: (
    mechanic: Mechanic,
    tx: ManagementTransaction,
  ) => Outcome<Schedule> | Promise<Outcome<Schedule>>;
  readonly precondition: Precondition;
  readonly confirm: boolean;
}

/**
 * Replaces a mechanic's weekly schedule. Warns of the upcoming appointments that it would leave outside hours, unless
 * `confirm` is set. A schedule that is stored already is written no second time.
 */
export function changeSchedule(
  management: ManagementStore,
  { command, change }: { readonly command: ManagementCommand; readonly change: ScheduleChange },
  scope: Scope,
): Promise<ChangeOutcome<ShownSchedule>> {
  return management.change(command, (tx) => decideAndWrite(tx, change), scope);
}

async function decideAndWrite(
  tx: ManagementTransaction,
  { mechanicId, next, precondition, confirm }: ScheduleChange,
): Promise<ChangeOutcome<ShownSchedule>> {
  const ref = tx.paths.mechanic(mechanicId);
  const [first, second] = await tx.read(tx.paths.shop, ref);
  const shop = first && readDocumentOrThrow(first, shopSchema);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const mechanic = second && readDocument(second, mechanicSchema);
  if (!mechanic) return refuse("not_found", "There is no such mechanic.");
  const asked = checkPrecondition(presentSchedule(mechanic), precondition);
  if (!asked.ok) return asked;
  const schedule = await next(mechanic, tx);
  if (!schedule.ok) return schedule;
  if (isDeepStrictEqual(schedule.value, mechanic.weekly_schedule)) return done(presentSchedule(mechanic));
  const changed = { ...mechanic, weekly_schedule: schedule.value };
  if (!confirm) {
    const affected = await appointmentsLeftOutside(tx, { shop, before: mechanic, after: changed });
    if (affected.length > 0) {
      const listed = affected.map((booking) => listAppointment(shop.time_zone, booking));
      return warn("appointments_outside_hours", { affected_appointments: listed });
    }
  }
  tx.update(ref, { weekly_schedule: schedule.value });
  tx.record(
    {
      action: "schedule_changed",
      details: { mechanic_id: mechanicId, before: mechanic.weekly_schedule, after: schedule.value },
    },
    mechanicInvalidation(mechanic, changed),
  );
  return done(presentSchedule(changed));
}

/** The mechanic's upcoming appointments that a change of the mechanic leaves outside open time. */
async function appointmentsLeftOutside(
  tx: ManagementTransaction,
  { shop, before, after }: { readonly shop: Shop; readonly before: Mechanic; readonly after: Mechanic },
) {
  const bookings = await upcomingBookings(tx, { mechanicId: before.id });
  const exceptions = await exceptionsAround(tx, bookings, { zone: shop.time_zone, mechanicId: before.id });
  return strandedBy({ shop, mechanic: before, exceptions }, { shop, mechanic: after, exceptions }, bookings);
}
