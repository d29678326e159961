import type { Actor } from "../../audit/trail.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import { auditedPlace } from "../../bookings/booking-store.ts";
import type { Booking } from "../../bookings/booking.ts";
import type { ContactStore } from "../../bookings/contact-store.ts";
import { listAppointment } from "../../bookings/outside-hours.ts";
import { reservationOf } from "../../bookings/reschedule.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import { MINUTE_MS, toMillis, type Millis } from "../../engine/units.ts";
import { done, refuse, warn, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { refuseGivenUp, runUntilSettled } from "../../platform/firestore/settle.ts";
import type { KeyedHash } from "../../platform/keyed-hash.ts";
import type { RateLimitStore } from "../../platform/rate-limits/rate-limit-store.ts";
import type { Clock, Scope } from "../../platform/scope.ts";
import { readAndDecideRelease } from "../../reservations/release-time.ts";
import { beginAttempt } from "../../reservations/reservation-dependencies.ts";
import type { ManagementStore } from "../management-store.ts";
import { startOfScan, type CustomerStore, type ScanPosition, type Source } from "./customer-store.ts";
import {
  erasureProgressSchema,
  type ErasedCounts,
  type Erasure,
  type ErasureProgressStore,
} from "./erasure-progress-store.ts";
import type { ErasureStore, ErasureTransaction } from "./erasure-store.ts";
import type { Subject } from "./subject.ts";

const STEP_DEADLINE_MS = 10_000;
/** An older position is not used: bookings may have been made before it since. */
const RESUMED_WITHIN_MS = 10 * MINUTE_MS;
/** Upcoming appointments that a warning lists. */
const MAX_LISTED = 100;

const HOW_TO_REPEAT = "Repeat the request: it continues where it was interrupted, and erases nothing twice.";
const CONFLICTS =
  "The customer has upcoming appointments; with confirm=true they are cancelled without notice, and then erased.";

export interface EraseDependencies {
  readonly customers: CustomerStore;
  readonly erasures: ErasureStore;
  readonly erasureProgress: ErasureProgressStore;
  readonly management: ManagementStore;
  readonly catalog: CatalogReader;
  readonly contacts: ContactStore;
  readonly rateLimitStore: RateLimitStore;
  readonly addressHash: KeyedHash;
  readonly services: ServicesMemory;
  readonly level1: Level1;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface EraseCommand {
  readonly shopId: string;
  readonly subject: Subject;
  readonly actor: Actor;
  /** Whether upcoming appointments are cancelled. */
  readonly confirm: boolean;
  /** How long the request may take; what remains is left to its repetition. */
  readonly budgetMs: number;
}

export interface Erased {
  readonly erased: ErasedCounts;
  /** False: time ran out, and the request must be repeated. */
  readonly isComplete: boolean;
}

/** The keyed hash under which the audit names a customer. */
export function subjectHashOf(hash: KeyedHash, shopId: string, { key }: Subject): string {
  return hash.short("customer", shopId, key);
}

/**
 * Erases a customer from a shop: bookings become anonymous, notifications and mails are deleted. Warns of upcoming
 * appointments unless they may be cancelled. May be interrupted anywhere and repeated.
 */
export async function eraseCustomer(
  dependencies: EraseDependencies,
  command: EraseCommand,
  scope: Scope,
): Promise<ChangeOutcome<Erased>> {
  const giveUpAt = performance.now() + command.budgetMs;
  const { shopId, subject } = command;
  const shop = await dependencies.catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  if (!command.confirm) {
    const { now, cost } = scope;
    const upcoming = await dependencies.customers.upcoming(
      { shopId, subject },
      { now, limit: MAX_LISTED },
      cost,
    );
    if (upcoming.length > 0) return warnOf(shop.time_zone, upcoming);
  }
  const { erasure, position } = await begin(dependencies, command, scope);
  for (let at: ScanPosition | null = position; at !== null;) {
    const page = await dependencies.customers.page({ shopId, subject }, at, scope.cost);
    for (const id of page.ids) {
      const step = await eraseOne(dependencies, { command, erasure, source: at.source, id }, scope);
      if (!step.ok) return step;
    }
    at = page.next;
    if (at) await dependencies.erasureProgress.save(erasure, at, scope.now, scope.cost);
    if (at && performance.now() >= giveUpAt) return leaveTheRest(dependencies, erasure, scope);
  }
  return finish(dependencies, command, erasure, scope);
}

function warnOf(zone: string, upcoming: readonly Booking[]) {
  const affected = upcoming.map((booking) => listAppointment(zone, booking));
  return warn("appointment_conflicts", { affected_appointments: affected }, CONFLICTS);
}

/** Begins an erasure, or continues one that was interrupted a short time ago. */
async function begin(
  { erasureProgress, addressHash, newId }: EraseDependencies,
  { shopId, subject }: EraseCommand,
  { now, cost }: Scope,
): Promise<{ readonly erasure: Erasure; readonly position: ScanPosition }> {
  const subjectHash = subjectHashOf(addressHash, shopId, subject);
  const begun = await erasureProgress.read({ shopId, subjectHash }, cost);
  const erasure = { shopId, subject, subjectHash, runId: begun?.run_id ?? newId() };
  const isRecent = begun !== undefined && now - begun.updated_at <= RESUMED_WITHIN_MS;
  return { erasure, position: (isRecent ? begun.position : undefined) ?? startOfScan(subject) };
}

interface Step {
  readonly command: EraseCommand;
  readonly erasure: Erasure;
  readonly source: Source;
  readonly id: string;
}

/** Erases one document in one transaction. */
async function eraseOne(
  dependencies: EraseDependencies,
  step: Step,
  { cost }: Scope,
): Promise<ChangeOutcome<null>> {
  const { erasure, source, id } = step;
  const { erasures, clock } = dependencies;
  const body = async (tx: ErasureTransaction): Promise<ChangeOutcome<null>> => {
    if (source === "bookings") return eraseBooking(dependencies, step, tx);
    await tx.eraseAlone(source, id, clock.now());
    return done(null);
  };
  const settled = await runUntilSettled(
    (beforeCommit) => erasures.transact(erasure, cost, body, beforeCommit),
    STEP_DEADLINE_MS,
  );
  return settled.kind === "answered" ? settled.value : refuseGivenUp(settled.uncertainty, HOW_TO_REPEAT);
}

/** Makes a booking anonymous; one that has not begun is cancelled in the same commit. */
async function eraseBooking(
  dependencies: EraseDependencies,
  { command, id }: Step,
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
  if (!command.confirm) return warnOf(shop.time_zone, [booking]);
  if (isRezoning(shop)) return refuse("shop_rezoning");
  const released = await readAndDecideRelease(tx, shop, reservationOf(booking), attempt);
  tx.writeLedgers(booking.mechanic_id, released);
  tx.writeAudit(cancellation(booking, command.actor, now));
  const changes = { status: "cancelled_by_shop", sequence: booking.sequence + 1 } as const;
  tx.eraseBooking(stored, linked, { now, changes });
  return done(null);
}

function cancellation(booking: Booking, actor: Actor, at: Millis) {
  const status = { from: booking.status, to: "cancelled_by_shop" };
  const details = { ...auditedPlace(booking), status, because: "customer_erased" };
  return { action: "booking_cancelled", actor, at, booking_id: booking.id, details } as const;
}

async function leaveTheRest(
  { erasureProgress, level1 }: EraseDependencies,
  erasure: Erasure,
  { cost }: Scope,
): Promise<ChangeOutcome<Erased>> {
  level1.dropShop(erasure.shopId);
  return done({ erased: countsOf(await erasureProgress.read(erasure, cost)), isComplete: false });
}

/** Ends the erasure with its audit line, which has the counts and the keyed hash, and no data. */
async function finish(
  { management, contacts, rateLimitStore, level1 }: EraseDependencies,
  { subject, actor }: EraseCommand,
  { shopId, subjectHash, runId }: Erasure,
  scope: Scope,
): Promise<ChangeOutcome<Erased>> {
  level1.dropShop(shopId);
  if (subject.uid !== null) await rateLimitStore.forget("staff_writes", subject.uid);
  const [contactKey] = contacts.keysOf(subject.contacts);
  return management.change(
    { shopId, requestId: runId, actor },
    async (tx) => {
      const refs = [
        tx.paths.erasure(subjectHash),
        ...(contactKey === undefined ? [] : [tx.paths.contact(contactKey)]),
      ];
      const [progress, contact] = await tx.read(...refs);
      const erased = countsOf(progress && readDocument(progress, erasureProgressSchema));
      if (progress?.exists) tx.delete(progress.ref);
      if (contact?.exists) tx.delete(contact.ref);
      tx.record({
        action: "customer_erased",
        details: { customer: subjectHash, named_by: subject.kind, erased },
      });
      return done({ erased, isComplete: true });
    },
    scope,
  );
}

function countsOf(progress: ErasedCounts | undefined): ErasedCounts {
  const { bookings = 0, notifications = 0, mails = 0 } = progress ?? {};
  return { bookings, notifications, mails };
}
