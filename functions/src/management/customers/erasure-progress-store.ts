import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { z } from "zod";
import type { Millis } from "../../engine/units.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { millisField } from "../../platform/firestore/timestamps.ts";
import type { Cost } from "../../platform/scope.ts";
import { SOURCES, type ScanPosition } from "./customer-store.ts";
import type { Subject } from "./subject.ts";

const DEADLINE_MS = 10_000;

/** How many bookings were made anonymous, and how many notifications and mails were deleted. */
export interface ErasedCounts {
  readonly bookings: number;
  readonly notifications: number;
  readonly mails: number;
}

/** `shops/{shop}/jobs/erasure_{hash}`: an erasure that has begun and not ended. */
export const erasureProgressSchema = z.object({
  /** The id of its audit line: it gets one, however often it was interrupted. */
  run_id: z.string(),
  updated_at: millisField,
  /** Where it continues; missing: at the beginning. */
  position: z.object({ source: z.enum(SOURCES), after: z.string().nullable() }).optional(),
  bookings: z.int().default(0),
  notifications: z.int().default(0),
  mails: z.int().default(0),
});

/** An erasure: what stays the same when it is interrupted and repeated. */
export interface Erasure {
  readonly shopId: string;
  readonly subject: Subject;
  /** The keyed hash of the subject: all that is stored of it. */
  readonly subjectHash: string;
  readonly runId: string;
}

/** The fields of the progress that every step writes. */
export function progressFields({ runId }: Erasure, now: Millis) {
  return { run_id: runId, updated_at: Timestamp.fromMillis(now) };
}

/** Stores how far erasures have come. */
export class ErasureProgressStore {
  constructor(private readonly db: Firestore) {}

  async read({ shopId, subjectHash }: Pick<Erasure, "shopId" | "subjectHash">, cost: Cost) {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).erasure(subjectHash);
    const snapshot = await retryTransient(() => ref.get(), { deadlineMs: DEADLINE_MS });
    return readDocument(snapshot, erasureProgressSchema);
  }

  /** Stores where the erasure continues if it is interrupted. */
  async save(erasure: Erasure, position: ScanPosition, now: Millis, cost: Cost): Promise<void> {
    const ref = shopPaths(this.db, erasure.shopId).erasure(erasure.subjectHash);
    const write = () =>
      this.db
        .batch()
        .set(ref, { ...progressFields(erasure, now), position }, { merge: true })
        .commit();
    await retryTransient(write, { deadlineMs: DEADLINE_MS });
    cost.writes += 1;
  }
}
