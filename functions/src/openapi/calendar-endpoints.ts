import { z } from "zod";
import { lastEventHeaders } from "../availability/streaming/event-stream.ts";
import { calendarQuery, calendarStreamQuery } from "../calendar/calendar-query.ts";
import type { MonthCounts } from "../calendar/month-counts.ts";
import type { presentMechanicDay, presentShopDay } from "../calendar/present-day.ts";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import { mechanicParams, shopParams } from "../platform/http/params.ts";
import { ADMIN, MECHANIC_OR_ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { instant, plainDate, shownInterval } from "./shown.ts";

const appointment = z
  .strictObject({
    type: z.literal("appointment"),
    booking_id: z.string(),
    service_id: z.string(),
    start_time: z.string(),
    end_time: z.string(),
    start: instant,
    end: instant,
    title: z.string(),
    status: z.enum(BOOKING_STATUSES),
    outside_hours: z.boolean(),
  })
  .meta({ id: "CalendarAppointment" });

const exception = z
  .strictObject({
    type: z.literal("availability_exception"),
    exception_id: z.string(),
    mechanic_id: z.string(),
    start_time: z.string(),
    end_time: z.string(),
    title: z.enum(["Unavailable", "Available", "Busy"]),
    effect: z.enum(["unavailable", "available", "busy"]),
    reason: z.string().nullable(),
  })
  .meta({ id: "CalendarException" });

const mechanicDay = {
  default_schedule: z.array(shownInterval),
  open: z.array(
    z.strictObject({ start_time: z.string(), end_time: z.string(), location_id: z.string().nullable() }),
  ),
  events: z.array(z.union([appointment, exception])),
};
const columns = z.array(
  z.strictObject({ mechanic_id: z.string(), name: z.string(), ...mechanicDay }),
) satisfies z.ZodType<ReturnType<typeof presentShopDay>>;
const heading = { date: plainDate, time_zone: z.string() };
const mechanic = { mechanic_id: z.string() };
const dayOfMechanic = z.strictObject({ ...mechanic, ...heading, ...mechanicDay }) satisfies z.ZodType<
  ReturnType<typeof presentMechanicDay>
>;
const dayOfShop = z.strictObject({ ...heading, mechanics: columns });

const count = { date: plainDate, appointment_count: z.int() };
const month = { month: z.string(), total_days: z.int(), page: z.int(), limit: z.int() };
const monthOfMechanic = z.strictObject({ ...mechanic, ...month, days: z.array(z.strictObject(count)) });
const monthOfShop = z.strictObject({
  ...month,
  days: z.array(
    z.strictObject({
      ...count,
      mechanics: z.array(z.strictObject({ mechanic_id: z.string(), appointment_count: z.int() })),
    }),
  ),
}) satisfies z.ZodType<ReturnType<MonthCounts["present"]>>;

const EXAMPLE_DAY = {
  default_schedule: [{ start_time: "09:00", end_time: "18:00" }],
  open: [{ start_time: "09:00", end_time: "17:00", location_id: null }],
  events: [
    {
      type: "appointment",
      booking_id: "b7f3c1",
      service_id: "oil_change",
      start_time: "10:00",
      end_time: "10:30",
      start: "2026-01-15T10:00:00-05:00",
      end: "2026-01-15T10:30:00-05:00",
      title: "陳小姐 - Oil change",
      status: "confirmed",
      outside_hours: false,
    },
    {
      type: "availability_exception",
      exception_id: "e52a9c",
      mechanic_id: "mechanic_123",
      start_time: "17:00",
      end_time: "18:00",
      title: "Unavailable",
      effect: "unavailable",
      reason: null,
    },
  ],
};
const EXAMPLE_HEADING = { date: "2026-01-15", time_zone: "America/New_York" };
const EXAMPLE_COLUMN = { mechanic_id: "mechanic_123", name: "Ada", ...EXAMPLE_DAY };

const CALENDARS = [
  {
    name: "MechanicCalendar",
    of: "of a mechanic",
    path: "/v1/shops/{shop_id}/mechanics/{mechanic_id}/calendar",
    params: mechanicParams,
    callers: MECHANIC_OR_ADMIN,
    schema: z.union([dayOfMechanic, monthOfMechanic]),
    example: { mechanic_id: "mechanic_123", ...EXAMPLE_HEADING, ...EXAMPLE_DAY },
  },
  {
    name: "ShopCalendar",
    of: "of all mechanics side by side",
    path: "/v1/shops/{shop_id}/calendar",
    params: shopParams,
    callers: ADMIN,
    schema: z.union([dayOfShop, monthOfShop]),
    example: { ...EXAMPLE_HEADING, mechanics: [EXAMPLE_COLUMN] },
  },
] as const;

export const CALENDAR_ENDPOINTS: readonly Endpoint[] = CALENDARS.flatMap(
  ({ name, of, path, params, callers, schema, example }): Endpoint[] => [
    {
      id: `get${name}`,
      method: "get",
      path,
      tag: "Calendar",
      summary: `Show the calendar ${of}`,
      description:
        "With `month` the number of appointments of each day, with `date` the schedule, what is left open of it, and the events of the day. Cancelled appointments are left out unless `status` names them.",
      callers,
      params,
      query: calendarQuery,
      queryExample: { date: "2026-01-15" },
      etag: true,
      answers: { 200: { description: "The month or the day.", schema, example } },
    },
    {
      id: `stream${name}`,
      method: "get",
      path: `${path}/stream`,
      tag: "Calendar",
      summary: `Follow a day ${of}`,
      description:
        "Server-sent events: `day` with the whole day, again whenever it changes. Streams have an address of their own; here the answer is 404 and names it.",
      callers,
      params,
      query: calendarStreamQuery,
      queryExample: { date: "2026-01-15" },
      headers: lastEventHeaders,
      answers: {
        200: {
          description: "The events.",
          type: "text/event-stream",
          schema: z.string(),
          example: 'event: day\nid: 5d41402a\ndata: {"date":"2026-01-15"}\n\n',
        },
      },
      errors: ["too_many_streams"],
    },
  ],
);
