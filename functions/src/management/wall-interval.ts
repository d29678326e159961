import { z } from "zod";
import { isWallEnd, isWallStart, minuteOfWallTime } from "../engine/wall-time.ts";
import { refuse, type FieldProblem } from "../platform/errors.ts";

const START = "Give a time as HH:MM.";
const END = "Give a time as HH:MM, up to 24:00.";

/** The texts that requests give as times of day; `intervalProblem` checks them. */
export const startTimeText = z.string(START).max(20, START);
export const endTimeText = z.string(END).max(20, END);

/** Returns what is wrong with an interval of a date, by the field that is wrong; null when it is valid. */
export function intervalProblem({
  start_time,
  end_time,
}: {
  readonly start_time: string;
  readonly end_time: string;
}): FieldProblem | null {
  if (!isWallStart(start_time))
    return { path: "start_time", message: "Not a time of day from 00:00 to 23:59." };
  if (!isWallEnd(end_time)) return { path: "end_time", message: "Not a time of day from 00:01 to 24:00." };
  if (minuteOfWallTime(start_time) < minuteOfWallTime(end_time)) return null;
  const message =
    "The end must be after the start; a shift past midnight is two intervals, the first until 24:00.";
  return { path: "end_time", message };
}

/** Returns the refusal of an invalid interval that the request has at `parent`. */
export function refuseInterval({ path, message }: FieldProblem, parent?: string) {
  const field = { path: parent === undefined ? path : `${parent}.${path}`, message };
  return refuse("invalid_interval", undefined, { fields: [field] });
}
