import { z } from "zod";
import { mechanicSchema, type Mechanic } from "../../catalog/schema.ts";
import { WEEKDAYS } from "../../engine/types.ts";
import { done, invalidRequest, refuse, type Outcome } from "../../platform/errors.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { idSchema } from "../../platform/http/fields.ts";
import type { ScheduleChange } from "./change-schedule.ts";

const weekday = z.enum(WEEKDAYS, "Give a weekday by its English name.");

/** The body of `POST …/schedule:copy`: a colleague whose week is copied, or a day and the days that get its hours. */
export const scheduleCopyBody = z.strictObject({
  from_mechanic_id: idSchema.optional(),
  from_day: weekday.optional(),
  to_days: z
    .array(weekday, "Give a list of weekdays.")
    .min(1, "Give at least one weekday.")
    .max(WEEKDAYS.length, "A week has seven days.")
    .optional(),
});

/** What to copy: the week of a mechanic, or one day's hours to other days of the same mechanic. */
export type ScheduleSource =
  | { readonly kind: "mechanic"; readonly mechanicId: string }
  | { readonly kind: "day"; readonly from: Weekday; readonly to: readonly Weekday[] };
type Weekday = z.output<typeof weekday>;

/** Returns what the body asks to copy; refuses a body that names both sources, or neither. */
export function readSource({
  from_mechanic_id,
  from_day,
  to_days,
}: z.output<typeof scheduleCopyBody>): Outcome<ScheduleSource> {
  if (from_mechanic_id !== undefined) {
    if (from_day === undefined && to_days === undefined)
      return done({ kind: "mechanic", mechanicId: from_mechanic_id });
    return refuseField("from_mechanic_id", "Give a mechanic, or a day and the days to copy it to, not both.");
  }
  if (from_day === undefined)
    return refuseField("from_day", "Give the day to copy, or from_mechanic_id to copy a whole week.");
  if (to_days === undefined) return refuseField("to_days", "Give the days to copy it to.");
  return done({ kind: "day", from: from_day, to: to_days });
}

/** Returns the function that derives the new schedule, inside the transaction of the change. */
export function scheduleFrom(source: ScheduleSource): ScheduleChange["next"] {
  if (source.kind === "day")
    return ({ weekly_schedule }) => done(withDayCopied(weekly_schedule, source.from, source.to));
  return async (_mechanic, tx) => {
    const [snapshot] = await tx.read(tx.paths.mechanic(source.mechanicId));
    const colleague = snapshot && readDocument(snapshot, mechanicSchema);
    return colleague
      ? done(colleague.weekly_schedule)
      : refuse("not_found", "There is no such mechanic to copy from.");
  };
}

/** Returns the schedule in which the days of `to` have the hours of `from`. */
export function withDayCopied(
  schedule: Mechanic["weekly_schedule"],
  from: Weekday,
  to: readonly Weekday[],
): Mechanic["weekly_schedule"] {
  const hours = schedule[from] ?? [];
  return { ...schedule, ...Object.fromEntries(to.map((day) => [day, hours])) };
}

function refuseField(path: string, message: string) {
  return invalidRequest({ path, message });
}
