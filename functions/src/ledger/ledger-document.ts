import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import { isPlainDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { dayBounds } from "../engine/zone.ts";
import { readDocument } from "../platform/firestore/documents.ts";
import { asMinutes } from "../platform/unit-schemas.ts";
import { millisField } from "../platform/firestore/timestamps.ts";
import { emptyLedger, type DayLedger, type LedgerEntry } from "./ledger.ts";

const minuteField = asMinutes(z.int());

const entrySchema = z
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

/** `shops/{shop}/ledger/{mechanic}_{date}` */
const ledgerSchema = z.object({
  mechanic_id: z.string(),
  date: z.string(),
  entries: z.array(entrySchema).default([]),
});

/** The ledger of a document; an empty one when it is missing. Throws when it cannot be read: no ledger may be guessed. */
export function readLedger(snapshot: DocumentSnapshot, mechanicId: string, date: PlainDate): DayLedger {
  return snapshot.exists ? ledgerSchema.parse(snapshot.data()) : emptyLedger(mechanicId, date);
}

/** The ledger of a document; undefined when it is missing, or cannot be read, which is logged. */
export function readLedgerIfValid(snapshot: DocumentSnapshot): DayLedger | undefined {
  return readDocument(snapshot, ledgerSchema);
}

/**
 * Ledgers to compute free slots from. One that cannot be read does not make the others fail: its mechanic counts as
 * taken for the whole date in the shop's zone. Mechanic and date are taken from its id, by which bookings read it.
 */
export function readLedgersToOffer(snapshots: readonly DocumentSnapshot[], zone: string): DayLedger[] {
  return snapshots.flatMap((snapshot) => readLedgerIfValid(snapshot) ?? takenAllDay(snapshot.id, zone));
}

function takenAllDay(ledgerId: string, zone: string): DayLedger[] {
  const [, mechanicId, date] = /^(.+)_([^_]+)$/.exec(ledgerId) ?? [];
  if (mechanicId === undefined || date === undefined || !isPlainDate(date)) return [];
  const { start, end } = dayBounds(zone, date);
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
  return [{ ...emptyLedger(mechanicId, date), entries: [entry] }];
}

/** The document that a ledger is stored as. */
export function ledgerDocument(ledger: DayLedger) {
  const entries = ledger.entries.map((entry) => ({
    ...entry,
    expires_at: entry.expires_at === null ? null : Timestamp.fromMillis(entry.expires_at),
  }));
  return { mechanic_id: ledger.mechanic_id, date: ledger.date, entries };
}
