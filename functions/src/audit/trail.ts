import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";
import type { Millis } from "../engine/units.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";

/** Who acted: a person, or the system itself (a trigger, a job). */
export interface Actor {
  readonly kind: "customer" | "guest" | "mechanic" | "admin" | "system";
  readonly uid: string | null;
}

/** Every action that the trail records. */
export const AUDIT_ACTIONS = [
  "booking_created",
  "booking_rescheduled",
  "booking_cancelled",
  "booking_completed",
  "booking_no_show",
  "booking_adopted",
  "booking_imported",
  "booking_released",
  "booking_inconsistent",
  "hold_placed",
  "hold_extended",
  "hold_released",
  "hold_expired",
  "days_recalculated",
  "days_seeded",
  "shop_created",
  "shop_changed",
  "shop_deactivated",
  "shop_purged",
  "service_created",
  "service_changed",
  "service_deactivated",
  "service_purged",
  "mechanic_created",
  "mechanic_changed",
  "mechanic_deactivated",
  "mechanic_purged",
  "schedule_changed",
  "exception_created",
  "exception_changed",
  "exception_deleted",
  "role_granted",
  "role_revoked",
  "customer_exported",
  "customer_erased",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One entry of the append-only trail, until its retention ends. It contains no customer's name or contact. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly actor: Actor;
  readonly at: Millis;
  readonly booking_id: string | null;
  /** The reason that the actor gave. */
  readonly reason?: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Creator {
  create(ref: DocumentReference, data: object): unknown;
}

/** The trail of a shop: where its entries lie, and how long they are kept. */
export interface AuditTrail {
  readonly entries: CollectionReference;
  readonly retention: Pick<Retention, "auditDays">;
}

/** Appends an entry; under `id` where a repeated request must not append it twice. */
export function appendToAudit(
  writer: Creator,
  { entries, retention }: AuditTrail,
  entry: AuditEntry,
  id?: string,
): void {
  const ref = id === undefined ? entries.doc() : entries.doc(id);
  writer.create(ref, {
    ...entry,
    reason: entry.reason ?? null,
    at: Timestamp.fromMillis(entry.at),
    ...deletion(entry.at, retention.auditDays),
  });
}
