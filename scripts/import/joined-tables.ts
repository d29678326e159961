import { z } from "zod";
import { readRow, sourceId, text } from "./columns.ts";
import type { ImportedCustomer } from "./mapping.ts";
import type { JoinedRows } from "./booking-rows.ts";
import type { Row, SourceFile } from "./source-file.ts";

const event = z.object({
  id: sourceId,
  event_type: text.default("appointment"),
  user_id: sourceId,
  date: text,
  start_time: text.optional(),
  end_time: text.optional(),
  created_at: text.optional(),
});
const patient = z.object({
  id: sourceId,
  full_name: text.optional(),
  email: text.optional(),
  phone_number: text.optional(),
});

/** A patient's fields, in the order of memory: a long table is kept as tuples. */
type Patient = readonly [name: string | undefined, email: string | undefined, phone: string | undefined];

/**
 * Reads the calendar events and the patients that appointments refer to. A line that cannot be read is left out: the
 * appointments that need it are reported.
 */
export async function readJoinedTables(files: {
  readonly events: SourceFile | null;
  readonly patients: SourceFile | null;
}): Promise<JoinedRows> {
  const events = new Map<string, Row>();
  const patients = new Map<string, Patient>();
  for await (const row of rowsOf(files.events, ["id", "user_id", "date", "start_time", "end_time"])) {
    const read = readRow(event, row);
    if (read.kind !== "row" || read.value.event_type !== "appointment") continue;
    const { id, event_type: _, ...place } = read.value;
    events.set(id, place);
  }
  for await (const row of rowsOf(files.patients, ["id", "full_name"])) {
    const read = readRow(patient, row);
    if (read.kind !== "row") continue;
    const { id, full_name, email, phone_number } = read.value;
    patients.set(id, [full_name, email, phone_number]);
  }
  return { event: (id) => events.get(id), patient: (id) => customerOf(patients.get(id)) };
}

async function* rowsOf(file: SourceFile | null, columns: readonly string[]): AsyncGenerator<Row> {
  if (!file) return;
  for await (const { read } of file.rows(columns)) if (read.kind === "row") yield read.value;
}

function customerOf(patient: Patient | undefined): Partial<ImportedCustomer> | undefined {
  if (!patient) return undefined;
  const [name, email, phone] = patient;
  return { ...(name !== undefined && { name }), email, phone };
}
