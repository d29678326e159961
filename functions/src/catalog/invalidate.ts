import { FieldValue, type DocumentReference } from "firebase-admin/firestore";
import type { shopPaths } from "../platform/firestore/paths.ts";
import type { Invalidation } from "./invalidation.ts";

/** A transaction or a batch: what the change itself is written with. */
interface Writer {
  set(ref: DocumentReference, data: object, options: { merge: true }): unknown;
  update(ref: DocumentReference, data: object): unknown;
}

/**
 * Writes an invalidation in the same commit as the change that calls for it, so that there is no moment at which one
 * is seen without the other. Returns the number of writes. The shop must exist.
 */
export function invalidate(
  writer: Writer,
  paths: ReturnType<typeof shopPaths>,
  invalidation: Invalidation,
): number {
  const bump = FieldValue.increment(1);
  switch (invalidation.kind) {
    case "none":
      return 0;
    case "catalog":
      writer.update(paths.shop, { catalog_version: bump });
      return 1;
    case "days":
      // Blind: a fill that is under way must fail, whether the day was there when it began or not.
      for (const date of invalidation.dates) {
        writer.set(paths.day(date), { date, epoch: bump }, { merge: true });
      }
      return invalidation.dates.length;
  }
}
