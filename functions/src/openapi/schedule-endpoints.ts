import { z } from "zod";
import { confirmQuery } from "../management/management-request.ts";
import type { ShownSchedule } from "../management/schedules/change-schedule.ts";
import { scheduleCopyBody } from "../management/schedules/copy-schedule.ts";
import { scheduleBody } from "../management/schedules/schedule-routes.ts";
import { mechanicParams, noQuery } from "../platform/http/params.ts";
import { MECHANIC_OR_ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { weeklySchedule } from "./shown.ts";

const schedule = z
  .strictObject({
    mechanic_id: z.string(),
    weekly_schedule: weeklySchedule,
  })
  .meta({ id: "Schedule" }) satisfies z.ZodType<ShownSchedule>;

const EXAMPLE_SCHEDULE = {
  mechanic_id: "mechanic_123",
  weekly_schedule: {
    monday: [
      { start_time: "09:00", end_time: "12:00" },
      { start_time: "14:00", end_time: "18:00" },
    ],
  },
};

const one = {
  tag: "Schedules",
  path: "/v1/shops/{shop_id}/mechanics/{mechanic_id}/schedule",
  callers: MECHANIC_OR_ADMIN,
  params: mechanicParams,
} as const;

export const SCHEDULE_ENDPOINTS: readonly Endpoint[] = [
  {
    ...one,
    id: "getSchedule",
    method: "get",
    summary: "Show a mechanic's weekly schedule",
    query: noQuery,
    etag: true,
    answers: { 200: { description: "The schedule.", schema: schedule, example: EXAMPLE_SCHEDULE } },
  },
  {
    ...one,
    id: "replaceSchedule",
    method: "put",
    summary: "Replace a mechanic's weekly schedule",
    description:
      "A shift past midnight is two intervals, the first until 24:00. Upcoming appointments that would be outside hours are listed in a warning; with `confirm=true` the change is made and they stay valid.",
    query: confirmQuery,
    etag: "required",
    body: { schema: scheduleBody, example: EXAMPLE_SCHEDULE },
    answers: { 200: { description: "The new schedule.", schema: schedule, example: EXAMPLE_SCHEDULE } },
    errors: ["invalid_interval", "overlapping_intervals", "contention"],
    warnings: ["appointments_outside_hours"],
  },
  {
    ...one,
    id: "copySchedule",
    method: "post",
    path: `${one.path}:copy`,
    summary: "Copy a colleague's week, or a day's hours to other days",
    description:
      "Either `from_mechanic_id`, for admins and with If-Match because it replaces the whole week, or `from_day` and `to_days`.",
    query: confirmQuery,
    etag: true,
    body: { schema: scheduleCopyBody, example: { from_day: "monday", to_days: ["tuesday", "friday"] } },
    answers: { 200: { description: "The new schedule.", schema: schedule, example: EXAMPLE_SCHEDULE } },
    errors: ["precondition_required", "contention"],
    warnings: ["appointments_outside_hours"],
  },
];
