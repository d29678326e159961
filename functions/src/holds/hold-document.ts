import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import type { Hold } from "./hold.ts";

export type { Hold } from "./hold.ts";

const instant = z.instanceof(Timestamp);
const minute = instant.transform((value) => Math.floor(value.toMillis() / 60_000));
const millis = instant.transform((value) => value.toMillis());

/** `shops/{shop}/holds/{id}` */
const holdSchema = z.object({
  id: z.string(),
  service_id: z.string(),
  mechanic_id: z.string(),
  date: z.string(),
  start: minute,
  end: minute,
  extent_start: minute,
  extent_end: minute,
  location_id: z.string().nullable(),
  session_hash: z.string(),
  extended: z.boolean(),
  request_id: z.string(),
  created_at: millis,
  expires_at: millis,
});

/** A hold document; undefined when it is missing. Throws when it cannot be read: only this system writes holds. */
export function readHold(snapshot: DocumentSnapshot): Hold | undefined {
  return snapshot.exists ? holdSchema.parse(snapshot.data()) : undefined;
}

export function holdDocument(hold: Hold) {
  const atMinute = (value: number) => Timestamp.fromMillis(value * 60_000);
  return {
    ...hold,
    start: atMinute(hold.start),
    end: atMinute(hold.end),
    extent_start: atMinute(hold.extent_start),
    extent_end: atMinute(hold.extent_end),
    created_at: Timestamp.fromMillis(hold.created_at),
    expires_at: Timestamp.fromMillis(hold.expires_at),
  };
}
