import {
  FieldValue,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
} from "firebase-admin/firestore";
import { z } from "zod";
import { isPlainDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { dayBounds } from "../engine/zone.ts";
import { CorruptDocument, readDocument } from "../platform/firestore/documents.ts";
import { asMinutes } from "../platform/unit-schemas.ts";
import { millisField } from "../platform/firestore/timestamps.ts";
import { emptyLedger, type DayLedger, type LedgerEntry } from "./ledger.ts";

const minuteField = asMinutes(z.int());

const entryFields = z
  .object({
    kind: z.enum(["booking", "hold"]),
    id: z.string(),
    start: minuteField,
    end: minuteField,
    slot_start: minuteField.optional(),
    slot_end: minuteField.optional(),
    location_id: z.string().nullish(),
    expires_at: millisField.nullish(),
    session_hash: z.string().optional(),
    service_id: z.string().optional(),
  })
  .transform((entry): LedgerEntry => ({
    kind: entry.kind,
    id: entry.id,
    start: entry.start,
    end: entry.end,
    slot_start: entry.slot_start ?? entry.start,
    slot_end: entry.slot_end ?? entry.end,
    location_id: entry.location_id ?? null,
    expires_at: entry.expires_at ?? null,
    ...(entry.session_hash !== undefined && { session_hash: entry.session_hash }),
    ...(entry.service_id !== undefined && { service_id: entry.service_id }),
  }));

/** Refuses what would take less time than its author meant: an entry of no length, or a booking that expires. */
const entrySchema = entryFields
  .refine(
    ({ start, end, slot_start, slot_end }) => start <= slot_start && slot_start < slot_end && slot_end <= end,
    "An entry ends after it starts, and its slot lies in it.",
  )
  .refine(({ kind, expires_at }) => kind === "hold" || expires_at === null, "Only a hold expires.");

/** `shops/{shop}/ledger/{mechanic}_{date}`. Mechanic and date are those of the id; the fields serve queries. */
export const ledgerSchema = z.object({
  mechanic_id: z.string(),
  date: z.string(),
  entries: z.array(entrySchema).default([]),
});

/** The mechanic and the date in the id of a ledger document; undefined for an id that the API does not write. */
export function ledgerAddress(id: string): Pick<DayLedger, "mechanic_id" | "date"> | undefined {
  const [, mechanic_id, date] = /^(.+)_([^_]+)$/.exec(id) ?? [];
  return mechanic_id !== undefined && date !== undefined && isPlainDate(date)
    ? { mechanic_id, date }
    : undefined;
}

/** The ledger of a document: an empty one when it is missing, an unreadable one when it does not fit the schema. */
export function readLedger(snapshot: DocumentSnapshot, mechanicId: string, date: PlainDate): DayLedger {
  const empty = emptyLedger(mechanicId, date);
  if (!snapshot.exists) return empty;
  const read = readDocument(snapshot, ledgerSchema);
  return read ? { ...empty, entries: read.entries } : { ...empty, isUnreadable: true };
}

/** Throws a `CorruptDocument` if one of the ledgers cannot be read: it must not be written. */
export function requireReadable(ledgers: readonly DayLedger[]): void {
  const unreadable = ledgers.find(({ isUnreadable }) => isUnreadable);
  if (unreadable) throw new CorruptDocument(`ledger/${unreadable.mechanic_id}_${unreadable.date}`);
}

/** The ledger of a document; undefined when it is missing, or cannot be read, which is logged. */
export function readLedgerIfValid(snapshot: DocumentSnapshot): DayLedger | undefined {
  return readDocument(snapshot, ledgerSchema);
}

/**
 * Ledgers to compute free slots from. The mechanic of one that cannot be read counts as taken for the whole date in
 * the shop's zone.
 */
export function readLedgersToOffer(snapshots: readonly DocumentSnapshot[], zone: string): DayLedger[] {
  return snapshots.flatMap((snapshot) => {
    const address = ledgerAddress(snapshot.id);
    if (!address) return [];
    const ledger = readLedger(snapshot, address.mechanic_id, address.date);
    return ledger.isUnreadable ? takenAllDay(ledger, zone) : ledger;
  });
}

function takenAllDay(ledger: DayLedger, zone: string): DayLedger {
  const { start, end } = dayBounds(zone, ledger.date);
  const entry: LedgerEntry = {
    kind: "hold",
    id: "unreadable",
    start,
    end,
    slot_start: start,
    slot_end: end,
    location_id: null,
    expires_at: null,
  };
  return { ...ledger, entries: [entry] };
}

/** A transaction or a batch. */
interface Writer {
  set(ref: DocumentReference, data: object, options: { merge: true }): unknown;
}

/**
 * Writes a ledger in the commit that also writes the availability days it changes. It raises `revision`, by which the
 * trigger of the write recognises that nothing is left to do (`isWrittenWithDays`).
 */
export function writeLedger(writer: Writer, ref: DocumentReference, ledger: DayLedger): void {
  writer.set(ref, { ...ledgerDocument(ledger), revision: FieldValue.increment(1) }, { merge: true });
}

/** Whether `writeLedger` wrote the change: an edit outside the API leaves the revision as it is, or without one. */
export function isWrittenWithDays(
  before: DocumentSnapshot | undefined,
  after: DocumentSnapshot | undefined,
): boolean {
  return revisionOf(after) > revisionOf(before);
}

function revisionOf(ledger: DocumentSnapshot | undefined): number {
  const revision: unknown = ledger?.get("revision");
  return typeof revision === "number" ? revision : 0;
}

/** The document that a ledger is stored as. */
export function ledgerDocument(ledger: DayLedger) {
  const entries = ledger.entries.map((entry) => ({
    ...entry,
    expires_at: entry.expires_at === null ? null : Timestamp.fromMillis(entry.expires_at),
  }));
  return { mechanic_id: ledger.mechanic_id, date: ledger.date, entries };
}
