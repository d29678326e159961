import type { DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import { readDocument } from "../platform/firestore/documents.ts";
import {
  millisField,
  minutesField,
  timestampOfMillis,
  timestampOfMinutes,
} from "../platform/firestore/timestamps.ts";
import { holdFields, type Hold } from "./hold.ts";

/** `shops/{shop}/holds/{id}` as stored: the instants are Timestamps. */
const holdDocumentSchema = z
  .looseObject({
    start: minutesField,
    end: minutesField,
    extent_start: minutesField,
    extent_end: minutesField,
    created_at: millisField,
    expires_at: millisField,
  })
  .pipe(holdFields);

/**
 * Reads a hold document; undefined when it is missing or corrupt. Its time stays taken until it expires, because that
 * is in the ledger.
 */
export function readHold(snapshot: DocumentSnapshot): Hold | undefined {
  return readDocument(snapshot, holdDocumentSchema);
}

export function holdDocument(hold: Hold) {
  return {
    ...hold,
    start: timestampOfMinutes(hold.start),
    end: timestampOfMinutes(hold.end),
    extent_start: timestampOfMinutes(hold.extent_start),
    extent_end: timestampOfMinutes(hold.extent_end),
    created_at: timestampOfMillis(hold.created_at),
    expires_at: timestampOfMillis(hold.expires_at),
  };
}
