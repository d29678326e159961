import { z } from "zod";
import { exceptionSchema } from "../../functions/src/catalog/schema.ts";
import type { Millis } from "../../functions/src/engine/units.ts";
import { textSchema } from "../../functions/src/platform/http/fields.ts";
import { createdAt, date, endTime, flag, readRow, sourceId, startTime, text } from "./columns.ts";
import { importedId } from "./imported-id.ts";
import { ignored, row, skipped, type Mapped } from "./problem.ts";
import type { Row } from "./source-file.ts";

export type ExceptionKind = "availability_overrides" | "calendar_events";

const MAX_REASON = 2000;

const hours = { start_time: startTime.optional(), end_time: endTime.optional(), created_at: text.optional() };
const override = z.object({
  id: sourceId.optional(),
  therapist_id: sourceId,
  override_date: date,
  is_available: flag,
  reason: textSchema(MAX_REASON).optional(),
  ...hours,
});
const event = z.object({
  id: sourceId,
  user_id: sourceId,
  event_type: z.enum(["appointment", "availability_exception"], "Not appointment or availability_exception."),
  date,
  ...hours,
});

/** A dated exception. `mechanic` is the source's id. */
export interface ExceptionRow {
  readonly id: string;
  readonly mechanic: string;
  readonly date: string;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly effect: "unavailable" | "available";
  readonly reason: string | null;
  readonly createdAt: Millis;
}

/** Reads a row of an exception. `now` is when it was created if the row does not say. */
export function readExceptionRow(kind: ExceptionKind, source: Row, now: Millis): Mapped<ExceptionRow> {
  const read = kind === "availability_overrides" ? readOverride(source, now) : readEvent(source, now);
  if (read.kind !== "row") return read;
  const { mechanic, date: day, start_time, end_time, effect } = read.value;
  const isValid = exceptionSchema.safeParse({
    mechanic_id: mechanic,
    from_date: day,
    to_date: day,
    start_time,
    end_time,
    effect,
  });
  return isValid.success ? read : skipped("invalid_value", "The end must be after the start.", "end_time");
}

function readOverride(source: Row, now: Millis): Mapped<ExceptionRow> {
  const read = readRow(override, source);
  if (read.kind !== "row") return read;
  const { id, therapist_id, override_date, is_available, reason, start_time, end_time, created_at } =
    read.value;
  if (is_available && start_time === undefined && end_time === undefined) {
    return skipped("missing_column", "An override that adds hours does not say which.", "start_time");
  }
  const place = [therapist_id, override_date, is_available, start_time ?? null, end_time ?? null];
  return row({
    id: importedId("availability_overrides", id ?? place),
    mechanic: therapist_id,
    date: override_date,
    start_time: start_time ?? null,
    end_time: end_time ?? null,
    effect: is_available ? "available" : "unavailable",
    reason: reason ?? null,
    createdAt: createdAt(created_at, now),
  });
}

function readEvent(source: Row, now: Millis): Mapped<ExceptionRow> {
  const read = readRow(event, source);
  if (read.kind !== "row") return read;
  const { id, user_id, event_type, date: day, start_time, end_time, created_at } = read.value;
  if (event_type === "appointment") return ignored("appointment");
  return row({
    id: importedId("calendar_events", id),
    mechanic: user_id,
    date: day,
    start_time: start_time ?? null,
    end_time: end_time ?? null,
    effect: "unavailable",
    reason: null,
    createdAt: createdAt(created_at, now),
  });
}
