import type { Actor } from "../../audit/trail.ts";
import { auditedPlace } from "../../bookings/booking-store.ts";
import type { Booking } from "../../bookings/booking.ts";
import type { ContactStore } from "../../bookings/contact-store.ts";
import { listAppointment } from "../../bookings/outside-hours.ts";
import { reservationOf } from "../../bookings/reschedule.ts";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import { toMillis, type Millis } from "../../engine/units.ts";
import { done, refuse, warn, type ChangeOutcome } from "../../platform/errors.ts";
import { refuseGivenUp, runUntilSettled } from "../../platform/firestore/settle.ts";
import type { Clock, Scope } from "../../platform/scope.ts";
import { readAndDecideRelease } from "../../reservations/release-time.ts";
import { beginAttempt } from "../../reservations/reservation-dependencies.ts";
import type { Source } from "./customer-store.ts";
import type { Erasure } from "./erasure-progress-store.ts";
import type { ErasureStore, ErasureTransaction } from "./erasure-store.ts";

const DEADLINE_MS = 10_000;

const HOW_TO_REPEAT = "Repeat the request: it continues where it was interrupted, and erases nothing twice.";
const CONFLICTS =
  "The customer has upcoming appointments; with confirm=true they are cancelled without notice, and then erased.";

export interface StepDependencies {
  readonly erasures: ErasureStore;
  readonly contacts: ContactStore;
  readonly services: ServicesMemory;
  readonly clock: Clock;
}

/** A document to erase. */
export interface Step {
  readonly erasure: Erasure;
  readonly source: Source;
  readonly id: string;
  readonly actor: Actor;
  /** Whether an upcoming appointment is cancelled. */
  readonly confirm: boolean;
}

/** The warning that lists upcoming appointments. */
export function warnOfUpcoming(zone: string, upcoming: readonly Booking[]) {
  const conflicting = upcoming.map((booking) => listAppointment(zone, booking));
  return warn("appointment_conflicts", { conflicting_appointments: conflicting }, CONFLICTS);
}

/** Erases one document in one transaction. */
export async function eraseDocument(
  dependencies: StepDependencies,
  step: Step,
  { cost }: Scope,
): Promise<ChangeOutcome<null>> {
  const { erasure, source, id } = step;
  const { erasures } = dependencies;
  const body = async (tx: ErasureTransaction): Promise<ChangeOutcome<null>> => {
    if (source === "bookings") return eraseBooking(dependencies, step, tx);
    await tx.eraseAlone(source, id);
    return done(null);
  };
  const settled = await runUntilSettled(
    (beforeCommit) => erasures.transact(erasure, cost, body, beforeCommit),
    DEADLINE_MS,
  );
  return settled.kind === "answered" ? settled.value : refuseGivenUp(settled.uncertainty, HOW_TO_REPEAT);
}

/** Makes a booking anonymous; one that has not begun is cancelled in the same commit. */
async function eraseBooking(
  dependencies: StepDependencies,
  { id, actor, confirm }: Step,
  tx: ErasureTransaction,
): Promise<ChangeOutcome<null>> {
  const attempt = beginAttempt(dependencies);
  const { now } = attempt;
  const { shop, stored, booking } = await tx.shopAndBooking(id);
  if (!shop || !stored) return done(null);
  const linked = await tx.linkedTo(stored, (contacts) => dependencies.contacts.keysOf(contacts));
  if (booking?.status !== "confirmed" || toMillis(booking.start) <= now) {
    tx.eraseBooking(stored, linked, { now, changes: {} });
    return done(null);
  }
  if (!confirm) return warnOfUpcoming(shop.time_zone, [booking]);
  if (isRezoning(shop)) return refuse("shop_rezoning");
  const released = await readAndDecideRelease(tx, shop, reservationOf(booking), attempt);
  tx.writeLedgers(booking.mechanic_id, released);
  tx.writeAudit(cancellation(booking, actor, now));
  const changes = { status: "cancelled_by_shop", sequence: booking.sequence + 1 } as const;
  tx.eraseBooking(stored, linked, { now, changes });
  return done(null);
}

function cancellation(booking: Booking, actor: Actor, at: Millis) {
  const status = { from: booking.status, to: "cancelled_by_shop" };
  const details = { ...auditedPlace(booking), status, because: "customer_erased" };
  return { action: "booking_cancelled", actor, at, booking_id: booking.id, details } as const;
}
