import type { DocumentSnapshot } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import type { z } from "zod";
import { readDocuments } from "../platform/firestore/documents.ts";
import { idSchema } from "../platform/http/fields.ts";

/**
 * As `readDocuments`, without those whose ids no request can name (a console takes `über.dot`, the API does not): what
 * cannot be asked for must not be offered. They are logged, together.
 */
export function readAddressable<S extends z.ZodType<object>>(
  snapshots: readonly DocumentSnapshot[],
  schema: S,
): (z.output<S> & { id: string })[] {
  const nameless = snapshots.filter(({ id }) => !idSchema.safeParse(id).success);
  if (nameless.length === 0) return readDocuments(snapshots, schema);
  logger.error("ids that no request can name", { paths: nameless.slice(0, 5).map(({ ref }) => ref.path) });
  return readDocuments(
    snapshots.filter((snapshot) => !nameless.includes(snapshot)),
    schema,
  );
}
