import type { DocumentSnapshot } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import type { z } from "zod";
import { readDocuments } from "../platform/firestore/documents.ts";
import { idSchema } from "../platform/http/fields.ts";

/**
 * As `readDocuments`, but without documents whose ids the API does not accept (a console accepts `über.dot`): what
 * cannot be requested must not be offered. Their paths are logged.
 */
export function readAddressable<S extends z.ZodType<object>>(
  snapshots: readonly DocumentSnapshot[],
  schema: S,
): (z.output<S> & { id: string })[] {
  const unaddressable = snapshots.filter(({ id }) => !idSchema.safeParse(id).success);
  if (unaddressable.length === 0) return readDocuments(snapshots, schema);
  logger.error("ids that no request can name", {
    paths: unaddressable.slice(0, 5).map(({ ref }) => ref.path),
  });
  return readDocuments(
    snapshots.filter((snapshot) => !unaddressable.includes(snapshot)),
    schema,
  );
}
