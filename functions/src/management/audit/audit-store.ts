import { Timestamp, type DocumentSnapshot, type Firestore, type Query } from "firebase-admin/firestore";
import { z } from "zod";
import { newestFirst, type HistoryRange } from "../../bookings/refusal-store.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { millisField } from "../../platform/firestore/timestamps.ts";
import type { Cost } from "../../platform/scope.ts";

const READ_DEADLINE_MS = 5_000;

/** Selects entries; null where any value matches. */
export interface AuditFilter {
  readonly bookingId: string | null;
  /** The uid of who acted. */
  readonly actor: string | null;
  readonly action: string | null;
}

const auditLineSchema = z.object({
  action: z.string(),
  at: millisField,
  actor: z.object({ kind: z.string(), uid: z.string().nullable().default(null) }),
  booking_id: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
  details: z
    .record(z.string(), z.unknown())
    .default({})
    .transform((details) => plain(details) as Record<string, unknown>),
});
export type AuditLine = z.output<typeof auditLineSchema> & { readonly id: string };

/**
 * Reads the audit trail. Each filter has an index with the order of time, and Firestore merges these for every
 * combination of filters.
 */
export class AuditStore {
  constructor(private readonly db: Firestore) {}

  /** Returns the selected lines, the newest first. */
  async lines(
    shopId: string,
    { bookingId, actor, action, ...range }: AuditFilter & HistoryRange,
    cost: Cost,
  ): Promise<AuditLine[]> {
    let query: Query = shopPaths(this.db, shopId).audit;
    if (bookingId !== null) query = query.where("booking_id", "==", bookingId);
    if (actor !== null) query = query.where("actor.uid", "==", actor);
    if (action !== null) query = query.where("action", "==", action);
    const selected = newestFirst(query, range);
    const found = await retryTransient(() => selected.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, found.size);
    return found.docs.flatMap((snapshot) => readAuditLine(snapshot) ?? []);
  }
}

/** Reads a line of the audit; undefined when it is corrupt. */
export function readAuditLine(snapshot: DocumentSnapshot): AuditLine | undefined {
  return readDocument(snapshot, auditLineSchema);
}

/** Returns the value with Timestamps as RFC 3339 times, at any depth. */
export function plain(value: unknown): unknown {
  if (value instanceof Timestamp) return value.toDate().toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
