import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";

/** Who did something: a person, or the system itself (a trigger, a job). */
export interface Actor {
  readonly kind: "customer" | "guest" | "mechanic" | "admin" | "system";
  readonly uid: string | null;
}

/** One line of the append-only trail. */
export interface AuditEntry {
  readonly action:
    "booking_created" | "booking_adopted" | "booking_released" | "booking_inconsistent" | "days_seeded";
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly booking_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Creator {
  create(ref: DocumentReference, data: object): unknown;
}

export function addToTrail(writer: Creator, trail: CollectionReference, entry: AuditEntry): void {
  writer.create(trail.doc(), { ...entry, at: Timestamp.fromMillis(entry.at) });
}
