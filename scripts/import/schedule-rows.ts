import { z } from "zod";
import type { ScheduleInterval, Weekday } from "../../functions/src/engine/types.ts";
import { minuteOfWallTime } from "../../functions/src/engine/wall-time.ts";
import { endTime, flag, readRow, sourceId, startTime, weekday } from "./columns.ts";
import { ignored, row, skipped, type Mapped } from "./problem.ts";
import type { Row } from "./source-file.ts";

export type ScheduleKind = "therapist_availability" | "availability_templates" | "practitioner_availability";

const interval = {
  day_of_week: weekday,
  start_time: startTime,
  end_time: endTime,
  is_available: flag.default(true),
  is_active: flag.default(true),
};
const ofTherapist = z.object({ therapist_id: sourceId, ...interval });
const ofPractitioner = z.object({ user_id: sourceId, ...interval });

/** An interval of a mechanic's week. */
export interface ScheduleRow {
  readonly mechanic: string;
  readonly weekday: Weekday;
  readonly interval: ScheduleInterval;
}

/** Reads a row of a weekly schedule. */
export function readScheduleRow(kind: ScheduleKind, source: Row): Mapped<ScheduleRow> {
  const read =
    kind === "practitioner_availability" ? readRow(ofPractitioner, source) : readRow(ofTherapist, source);
  if (read.kind !== "row") return read;
  const { day_of_week, start_time, end_time, is_available, is_active } = read.value;
  if (!is_available || !is_active) return ignored("not_available");
  if (minuteOfWallTime(start_time) >= minuteOfWallTime(end_time)) {
    return skipped("invalid_value", "The end must be after the start.", "end_time");
  }
  const mechanic = "user_id" in read.value ? read.value.user_id : read.value.therapist_id;
  return row({ mechanic, weekday: day_of_week, interval: { start_time, end_time } });
}

/** An interval with the line that states it. */
interface StatedInterval {
  readonly line: number;
  readonly interval: ScheduleInterval;
}

/** A mechanic's week as the lines of a file give it. */
export class Week {
  readonly #days = new Map<Weekday, StatedInterval[]>();

  /** Adds an interval; returns the line of an earlier one that it overlaps, and leaves it out then. */
  add(line: number, { weekday: day, interval: added }: ScheduleRow): number | null {
    const known = this.#days.get(day) ?? [];
    const clash = known.find(({ interval }) => overlap(interval, added));
    if (clash) return clash.line;
    this.#days.set(day, [...known, { line, interval: added }]);
    return null;
  }

  /** The intervals of each weekday that has some. */
  get schedule(): Partial<Record<Weekday, ScheduleInterval[]>> {
    return Object.fromEntries(
      [...this.#days].map(([day, stated]) => [day, stated.map(({ interval }) => interval)]),
    );
  }

  get lines(): number[] {
    return [...this.#days.values()].flatMap((stated) => stated.map(({ line }) => line));
  }
}

function overlap(a: ScheduleInterval, b: ScheduleInterval): boolean {
  return (
    minuteOfWallTime(a.start_time) < minuteOfWallTime(b.end_time) &&
    minuteOfWallTime(b.start_time) < minuteOfWallTime(a.end_time)
  );
}
