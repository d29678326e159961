import { isDeepStrictEqual } from "node:util";
import type { Mechanic } from "../../functions/src/catalog/schema.ts";
import type { ListedAppointment } from "../../functions/src/bookings/outside-hours.ts";
import { changeSchedule } from "../../functions/src/management/schedules/change-schedule.ts";
import {
  readSchedule,
  weeklyScheduleBody,
} from "../../functions/src/management/schedules/weekly-schedule.ts";
import { done } from "../../functions/src/platform/errors.ts";
import { Cost } from "../../functions/src/platform/scope.ts";
import { inParallel } from "../support/in-parallel.ts";
import { createMissing } from "./create-missing.ts";
import { commandOf, inChunks, type ImportRun } from "./import-run.ts";
import { row, skipped, type Mapped } from "./problem.ts";
import { readScheduleRow, Week, type ScheduleKind, type ScheduleRow } from "./schedule-rows.ts";
import type { Row } from "./source-file.ts";
import { succeeded } from "./succeeded.ts";

const MECHANICS_AT_A_TIME = 8;
const LINES_AT_A_TIME = 500;

type Schedule = Mechanic["weekly_schedule"];

const COLUMNS: Readonly<Record<ScheduleKind, readonly string[]>> = {
  therapist_availability: ["therapist_id", "day_of_week", "start_time", "end_time"],
  availability_templates: ["therapist_id", "day_of_week", "start_time", "end_time"],
  practitioner_availability: ["user_id", "day_of_week", "start_time", "end_time"],
};

/**
 * Imports weekly schedules: a mechanic's lines replace the mechanic's week. `schedules` are those that the shop has.
 * Memory has the weeks of all mechanics of the file.
 */
export async function importSchedules(
  run: ImportRun,
  kind: ScheduleKind,
  schedules: ReadonlyMap<string, Schedule>,
): Promise<void> {
  const weeks = new Map<string, Week>();
  const pass = {
    name: "read",
    columns: COLUMNS[kind],
    size: LINES_AT_A_TIME,
    counts: true,
    read: (source: Row, line: number) =>
      addToWeek(weeks, line, withMechanicId(run, readScheduleRow(kind, source))),
  };
  await inChunks(run, pass, () => Promise.resolve());
  await createMissing(run);
  await inParallel([...weeks], MECHANICS_AT_A_TIME, ([mechanicId, week]) =>
    importWeek(run, week, { mechanicId, stored: schedules.get(mechanicId) }),
  );
}

function withMechanicId({ ids }: ImportRun, read: Mapped<ScheduleRow>): Mapped<ScheduleRow> {
  if (read.kind !== "row") return read;
  const mechanic = ids.mechanic(read.value.mechanic);
  return mechanic.kind === "row" ? row({ ...read.value, mechanic: mechanic.value }) : mechanic;
}

function addToWeek(weeks: Map<string, Week>, line: number, read: Mapped<ScheduleRow>): Mapped<ScheduleRow> {
  if (read.kind !== "row") return read;
  const { mechanic, weekday } = read.value;
  const week = weeks.get(mechanic) ?? new Week();
  weeks.set(mechanic, week);
  const clash = week.add(line, read.value);
  return clash === null ? read : skipped("overlapping_intervals", `It overlaps line ${clash} on ${weekday}.`);
}

async function importWeek(
  run: ImportRun,
  week: Week,
  { mechanicId, stored }: { readonly mechanicId: string; readonly stored: Schedule | undefined },
): Promise<void> {
  const { lines } = week;
  const body = weeklyScheduleBody.safeParse(week.schedule);
  const schedule = body.success ? readSchedule(body.data) : undefined;
  if (!schedule?.ok) {
    const problem = skipped("invalid_value", body.error?.issues[0]?.message).problem;
    for (const line of lines) run.report.skip(line, problem);
    return;
  }
  if (isDeepStrictEqual(schedule.value, stored)) return run.report.keep(lines.length);
  // In a dry run, a mechanic to be created does not exist.
  if (!(run.dryRun && stored === undefined)) await replaceSchedule(run, mechanicId, schedule.value);
  run.report.write(lines.length);
}

/** Replaces the schedule; appointments that it leaves outside hours are reported and stay. */
async function replaceSchedule(run: ImportRun, mechanicId: string, schedule: Schedule): Promise<void> {
  const scope = { now: run.now(), cost: new Cost() };
  const attempt = (confirm: boolean) => {
    const precondition = { ifMatch: null, isRequired: false };
    const change = { mechanicId, next: () => done(schedule), precondition, confirm };
    return changeSchedule(run.management, { command: commandOf(run), change }, scope);
  };
  const outcome = await attempt(false);
  if (outcome.ok || !("warning" in outcome)) return void succeeded(outcome, `the schedule of ${mechanicId}`);
  const { affected_appointments } = outcome.warning.details as { affected_appointments: ListedAppointment[] };
  run.report.warn({
    mechanic_id: mechanicId,
    appointments: affected_appointments.map(({ customer: _, ...listed }) => listed),
  });
  succeeded(await attempt(true), `the schedule of ${mechanicId}`);
}
