import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { z } from "zod";
import type { Millis } from "../../engine/units.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { millisField } from "../../platform/firestore/timestamps.ts";
import type { Cost } from "../../platform/scope.ts";
import { SOURCES, type ScanPosition, type ShopSubject } from "./customer-store.ts";

const DEADLINE_MS = 10_000;

/** How many bookings were made anonymous, and how many notifications and mails were deleted. */
export interface ErasedCounts {
  readonly bookings: number;
  readonly notifications: number;
  readonly mails: number;
}

/** `shops/{shop}/jobs/erasure_{hash}`: an erasure that has begun and not ended. */
export const erasureProgressSchema = z.object({
  /** Where it continues; missing: at the beginning. */
  position: z
    .object({ source: z.enum(SOURCES), after: z.string().nullable(), saved_at: millisField })
    .optional(),
  bookings: z.int().default(0),
  notifications: z.int().default(0),
  mails: z.int().default(0),
});

/** Which customer is erased from which shop. */
export interface Erasure extends ShopSubject {
  /** The keyed hash of the subject: all that is stored of it. */
  readonly subjectHash: string;
}

/** Stores how far erasures have come. */
export class ErasureProgressStore {
  constructor(private readonly db: Firestore) {}

  async read({ shopId, subjectHash }: Erasure, cost: Cost) {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).erasure(subjectHash);
    const snapshot = await retryTransient(() => ref.get(), { deadlineMs: DEADLINE_MS });
    return readDocument(snapshot, erasureProgressSchema);
  }

  /** Stores where the erasure continues if it is interrupted. */
  async save({ shopId, subjectHash }: Erasure, at: ScanPosition, now: Millis, cost: Cost): Promise<void> {
    const ref = shopPaths(this.db, shopId).erasure(subjectHash);
    const position = { ...at, saved_at: Timestamp.fromMillis(now) };
    const write = () => this.db.batch().set(ref, { position }, { merge: true }).commit();
    await retryTransient(write, { deadlineMs: DEADLINE_MS });
    cost.writes += 1;
  }
}
