import { Timestamp } from "firebase-admin/firestore";
import { MINUTE_MS, type Millis } from "../../engine/units.ts";

const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long documents with personal data are kept, in days. */
export interface Retention {
  readonly mailDays: number;
  readonly notificationDays: number;
  readonly auditDays: number;
}

/**
 * The field by which the TTL policies of firestore.indexes.json delete a document. Firestore may take a day longer.
 * `since`: when the document was written.
 */
export function deletion(since: Millis, days: number): { delete_at: Timestamp } {
  return { delete_at: Timestamp.fromMillis(since + days * DAY_MS) };
}
