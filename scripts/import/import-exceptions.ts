import { exceptionInvalidation } from "../../functions/src/catalog/exceptions/exception-invalidation.ts";
import { exceptionSchema } from "../../functions/src/catalog/schema.ts";
import { done } from "../../functions/src/platform/errors.ts";
import { timestampOfMillis } from "../../functions/src/platform/firestore/timestamps.ts";
import { Cost } from "../../functions/src/platform/scope.ts";
import { inParallel } from "../support/in-parallel.ts";
import { createMissing } from "./create-missing.ts";
import { readExceptionRow, type ExceptionKind, type ExceptionRow } from "./exception-rows.ts";
import { commandOf, inChunks, SeenIds, type ImportRun } from "./import-run.ts";
import { row, skipped, type Mapped } from "./problem.ts";
import type { Row } from "./source-file.ts";
import { succeeded } from "./succeeded.ts";

const LINES_AT_A_TIME = 200;
const CHANGES_AT_A_TIME = 8;

const COLUMNS: Readonly<Record<ExceptionKind, readonly string[]>> = {
  availability_overrides: ["therapist_id", "override_date", "is_available"],
  // A dump without the times would make every exception one of the whole day.
  calendar_events: ["id", "user_id", "event_type", "date", "start_time", "end_time"],
};

/** Imports dated exceptions, one transaction each. One that was imported before stays as it is. */
export async function importExceptions(run: ImportRun, kind: ExceptionKind): Promise<void> {
  const seen = new SeenIds();
  const pass = {
    name: "import",
    columns: COLUMNS[kind],
    size: LINES_AT_A_TIME,
    counts: true,
    read: (source: Row, line: number) => accept(run, seen, line, readExceptionRow(kind, source, run.now())),
  };
  await inChunks(run, pass, async (chunk) => {
    await createMissing(run);
    await inParallel(chunk, CHANGES_AT_A_TIME, ({ value }) => importException(run, value));
  });
}

function accept(
  run: ImportRun,
  seen: SeenIds,
  line: number,
  read: Mapped<ExceptionRow>,
): Mapped<ExceptionRow> {
  if (read.kind !== "row") return read;
  const mechanic = run.ids.mechanic(read.value.mechanic);
  if (mechanic.kind !== "row") return mechanic;
  const earlier = seen.add(read.value.id, line);
  if (earlier !== null) return skipped("duplicate_id", `It is the exception of line ${earlier}.`);
  return row({ ...read.value, mechanic: mechanic.value });
}

async function importException(run: ImportRun, { id, createdAt, ...stated }: ExceptionRow): Promise<void> {
  const { mechanic: mechanic_id, date, ...rest } = stated;
  const exception = { mechanic_id, from_date: date, to_date: date, rrule: null, ...rest };
  const read = { ...exceptionSchema.parse(exception), id };
  const outcome = await run.management.change(
    commandOf(run),
    async (tx) => {
      const ref = tx.paths.exceptions.doc(id);
      const [found] = await tx.read(ref);
      if (found?.exists) return done("unchanged" as const);
      const at = timestampOfMillis(createdAt);
      tx.create(ref, { ...exception, source: "import", created_at: at, updated_at: at });
      const details = { exception_id: id, mechanic_id, before: null, after: exception };
      tx.record({ action: "exception_created", details }, exceptionInvalidation(undefined, read));
      return done("created" as const);
    },
    { now: run.now(), cost: new Cost() },
  );
  if (succeeded(outcome, `exception ${id}`) === "created") run.report.write(1);
  else run.report.keep(1);
}
