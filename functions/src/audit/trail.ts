import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";
import type { Millis } from "../engine/units.ts";

/** Who did something: a person, or the system itself (a trigger, a job). */
export interface Actor {
  readonly kind: "customer" | "guest" | "mechanic" | "admin" | "system";
  readonly uid: string | null;
}

/** One line of the append-only trail. */
export interface AuditEntry {
  readonly action:
    | "booking_created"
    | "booking_rescheduled"
    | "booking_cancelled"
    | "booking_completed"
    | "booking_no_show"
    | "booking_adopted"
    | "booking_released"
    | "booking_inconsistent"
    | "days_recalculated"
    | "days_seeded";
  readonly actor: Actor;
  readonly at: Millis;
  readonly booking_id: string | null;
  /** What the actor gave as their reason. */
  readonly reason?: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Creator {
  create(ref: DocumentReference, data: object): unknown;
}

/** Adds a line; under `id` where the same request may come to write it twice, and must not. */
export function appendToAudit(
  writer: Creator,
  trail: CollectionReference,
  entry: AuditEntry,
  id?: string,
): void {
  const ref = id === undefined ? trail.doc() : trail.doc(id);
  writer.create(ref, { ...entry, reason: entry.reason ?? null, at: Timestamp.fromMillis(entry.at) });
}
