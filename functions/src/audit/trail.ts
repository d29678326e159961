import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";
import type { Millis } from "../engine/units.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";

/** Who acted: a person, or the system itself (a trigger, a job). */
export interface Actor {
  readonly kind: "customer" | "guest" | "mechanic" | "admin" | "system";
  readonly uid: string | null;
}

/** A change of the catalog, of an exception, of a role, or of a customer's data through the management API. */
export type ManagementAction =
  | `${"shop" | "service" | "mechanic"}_${"created" | "changed" | "deactivated" | "purged"}`
  | "schedule_changed"
  | `exception_${"created" | "changed" | "deleted"}`
  | `role_${"granted" | "revoked"}`
  | `customer_${"exported" | "erased"}`;

/** One entry of the append-only trail, until its retention ends. */
export interface AuditEntry {
  readonly action:
    | "booking_created"
    | "booking_rescheduled"
    | "booking_cancelled"
    | "booking_completed"
    | "booking_no_show"
    | "booking_adopted"
    | "booking_imported"
    | "booking_released"
    | "booking_inconsistent"
    | "days_recalculated"
    | "days_seeded"
    | ManagementAction;
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
