import { describe, expect, it } from "vitest";
import { millis } from "../../functions/src/engine/units.ts";
import { formatWithOffset } from "../../functions/src/engine/zone.ts";
import { readBookingRow, type JoinedRows } from "./booking-rows.ts";
import { createdAt, minuteOfMoment } from "./columns.ts";
import { readExceptionRow } from "./exception-rows.ts";
import { NO_MAPPING, ShopIds } from "./mapping.ts";
import type { Mapped } from "./problem.ts";
import { readScheduleRow, Week } from "./schedule-rows.ts";
import type { Row } from "./source-file.ts";

const NOW = millis(Date.parse("2026-01-12T12:00:00Z"));
const ZONE = "Asia/Taipei";

/** The reason and the column of a skipped line. */
function fault(mapped: Mapped<unknown>): unknown[] {
  return mapped.kind === "skipped" ? [mapped.problem.reason, mapped.problem.field] : [mapped.kind];
}

describe("a row of a weekly schedule", () => {
  const template = { therapist_id: "t-1", day_of_week: 1, start_time: "09:00", end_time: "17:00:00" };

  it("is an interval of the weekday: 0 is Sunday", () => {
    expect(readScheduleRow("availability_templates", template)).toEqual({
      kind: "row",
      value: { mechanic: "t-1", weekday: "monday", interval: { start_time: "09:00", end_time: "17:00" } },
    });
    const days = ["0", 0, "7", 6, "Tuesday"].map((day_of_week) => {
      const read = readScheduleRow("practitioner_availability", { ...template, user_id: 7, day_of_week });
      return read.kind === "row" && [read.value.mechanic, read.value.weekday];
    });
    expect(days).toEqual(["sunday", "sunday", "sunday", "saturday", "tuesday"].map((day) => ["7", day]));
  });

  it("states nothing when it is not available", () => {
    for (const closed of [{ is_available: false }, { is_available: "f" }, { is_active: "0" }]) {
      expect(readScheduleRow("therapist_availability", { ...template, ...closed })).toMatchObject({
        kind: "ignored",
        why: "not_available",
      });
    }
  });

  it.each([
    [{ start_time: "25:00" }, "invalid_value", "start_time"],
    [{ start_time: "09:00:30" }, "invalid_value", "start_time"],
    [{ start_time: 9 }, "invalid_value", "start_time"],
    [{ end_time: "24:30" }, "invalid_value", "end_time"],
    [{ end_time: "08:00" }, "invalid_value", "end_time"],
    [{ end_time: undefined }, "missing_column", "end_time"],
    [{ day_of_week: 8 }, "invalid_value", "day_of_week"],
    [{ day_of_week: "someday" }, "invalid_value", "day_of_week"],
    [{ therapist_id: undefined }, "missing_column", "therapist_id"],
    [{ is_available: "maybe" }, "invalid_value", "is_available"],
  ])("with %o is reported as %s of %s", (wrong, reason, field) => {
    expect(fault(readScheduleRow("availability_templates", { ...template, ...wrong }))).toEqual([
      reason,
      field,
    ]);
  });

  it("must not overlap another of the day", () => {
    const week = new Week();
    const add = (line: number, start_time: string, end_time: string) =>
      week.add(line, { mechanic: "t-1", weekday: "monday", interval: { start_time, end_time } });
    expect(add(2, "09:00", "12:00")).toBeNull();
    expect(add(3, "11:00", "14:00")).toBe(2);
    expect(add(4, "12:00", "24:00")).toBeNull();
    expect(week.schedule).toEqual({
      monday: [
        { start_time: "09:00", end_time: "12:00" },
        { start_time: "12:00", end_time: "24:00" },
      ],
    });
    expect(week.lines).toEqual([2, 4]);
  });
});

describe("a row of an exception", () => {
  const override = {
    therapist_id: "t-1",
    override_date: "2024-01-20",
    is_available: false,
    reason: "vacation",
  };
  const event = { id: 2, user_id: 1, event_type: "availability_exception", date: "2025-01-15" };

  it("is time off, all day or for hours, or hours instead of the schedule's", () => {
    const read = (more: Row) => readExceptionRow("availability_overrides", { ...override, ...more }, NOW);
    expect(read({})).toMatchObject({
      kind: "row",
      value: {
        mechanic: "t-1",
        date: "2024-01-20",
        start_time: null,
        effect: "unavailable",
        reason: "vacation",
      },
    });
    expect(read({ is_available: "true", start_time: "10:00", end_time: "14:00" })).toMatchObject({
      kind: "row",
      value: { start_time: "10:00", end_time: "14:00", effect: "available" },
    });
    expect(
      readExceptionRow("calendar_events", { ...event, start_time: "14:00:00", end_time: "18:00:00" }, NOW),
    ).toMatchObject({ kind: "row", value: { mechanic: "1", start_time: "14:00", effect: "unavailable" } });
  });

  it("has an id that depends on the source's id, or else on what it states", () => {
    const idOf = (row: Row) => {
      const read = readExceptionRow("availability_overrides", { ...override, ...row }, NOW);
      return read.kind === "row" ? read.value.id : null;
    };
    expect(idOf({ id: "a" })).toBe(idOf({ id: "a", reason: "ill" }));
    expect(idOf({ id: "a" })).not.toBe(idOf({ id: "b" }));
    expect(idOf({})).toBe(idOf({ reason: "ill" }));
    expect(idOf({})).not.toBe(idOf({ start_time: "10:00", end_time: "11:00" }));
  });

  it("is nothing when the event is an appointment", () => {
    expect(readExceptionRow("calendar_events", { ...event, event_type: "appointment" }, NOW)).toMatchObject({
      kind: "ignored",
      why: "appointment",
    });
  });

  it.each([
    [{ override_date: "2026-02-30" }, "invalid_value", "override_date"],
    [{ override_date: undefined }, "missing_column", "override_date"],
    [{ is_available: true }, "missing_column", "start_time"],
    [{ start_time: "12:00", end_time: "12:00" }, "invalid_value", "end_time"],
    [{ start_time: "25:00" }, "invalid_value", "start_time"],
    [{ reason: "x".repeat(2001) }, "invalid_value", "reason"],
  ])("with %o is reported as %s of %s", (wrong, reason, field) => {
    expect(fault(readExceptionRow("availability_overrides", { ...override, ...wrong }, NOW))).toEqual([
      reason,
      field,
    ]);
  });

  it("of another type is reported", () => {
    expect(fault(readExceptionRow("calendar_events", { ...event, event_type: "holiday" }, NOW))).toEqual([
      "invalid_value",
      "event_type",
    ]);
  });
});

describe("a row of an appointment", () => {
  const moments = {
    id: 5,
    user_id: 1,
    patient_id: 9,
    appointment_type_id: 3,
    start_time: "2025-01-15 10:00:00",
    end_time: "2025-01-15 11:00:00",
    status: "confirmed",
    patient_name: "陳小姐",
  };
  const events: Readonly<Record<string, Row>> = {
    5: {
      user_id: 1,
      date: "2025-01-15",
      start_time: "10:00:00",
      end_time: "11:00:00",
      created_at: "2025-01-02 08:00:00+08",
    },
    6: { user_id: 1, date: "2025-01-15" },
  };
  const joined: JoinedRows = {
    event: (id) => events[id],
    patient: (id) => (id === "9" ? { name: "陳小姐", phone: "+886 912 345 678" } : undefined),
  };
  const known = { mechanics: ["chen"], services: ["first_visit"] };
  const mapping = { ...NO_MAPPING, mechanics: { 1: "chen" }, services: { 3: "first_visit" } };
  const read = (source: Row, ids = new ShopIds(mapping, known, false)) =>
    readBookingRow(source, { shopId: "clinic", zone: ZONE, ids, joined, now: NOW });

  it("is a booking at the time that the clock in the shop showed", () => {
    const { calendar_event_id: _, ...joinedRow } = { ...moments, calendar_event_id: 5 };
    const forms: Row[] = [
      moments,
      { ...moments, date: "2025-01-15", start_time: "10:00", end_time: "11:00" },
      { ...moments, start_time: "2025-01-15T02:00:00Z", end_time: "2025-01-15T12:00:00+09" },
      { calendar_event_id: 5, patient_id: "9", appointment_type_id: "3", status: "confirmed" },
    ];
    expect(joinedRow).toEqual(moments);
    const bookings = forms.map((form) => read(form));
    for (const booking of bookings) {
      expect(booking).toMatchObject({
        kind: "row",
        value: {
          shop_id: "clinic",
          mechanic_id: "chen",
          service_id: "first_visit",
          date: "2025-01-15",
          duration_minutes: 60,
          buffer_after_minutes: 0,
          status: "confirmed",
          customer: { name: "陳小姐" },
        },
      });
      if (booking.kind !== "row") continue;
      expect(formatWithOffset(ZONE, booking.value.start)).toBe("2025-01-15T10:00:00+08:00");
    }
    expect(new Set(bookings.map((one) => one.kind === "row" && one.value.id)).size).toBe(1);
    expect(bookings[3]).toMatchObject({
      value: { created_at: Date.parse("2025-01-02T00:00:00Z"), customer: { phone: "+886 912 345 678" } },
    });
  });

  it.each([
    ["canceled_by_patient", "cancelled_by_customer"],
    ["canceled_by_clinic", "cancelled_by_shop"],
    ["CONFIRMED", "confirmed"],
    ["no_show", "no_show"],
  ])("of status %s is %s", (status, ours) => {
    expect(read({ ...moments, status })).toMatchObject({ kind: "row", value: { status: ours } });
  });

  it.each([
    [{ status: "pending" }, "unknown_status", "status"],
    [{ status: "constructor" }, "unknown_status", "status"],
    [{ id: undefined }, "missing_column", "calendar_event_id"],
    [{ start_time: "2025-02-30 10:00" }, "invalid_value", "start_time"],
    [{ start_time: "2025-01-15 25:00" }, "invalid_value", "start_time"],
    [{ end_time: "2025-01-15 09:00" }, "invalid_value", "end_time"],
    [{ end_time: "2025-01-16 10:00" }, "invalid_value", "end_time"],
    [{ end_time: undefined }, "missing_column", "end_time"],
    [{ user_id: 2 }, "unknown_mechanic", null],
    [{ user_id: "über" }, "invalid_value", null],
    [{ appointment_type_id: 4 }, "unknown_service", null],
    [{ patient_id: 8, patient_name: undefined }, "unknown_customer", null],
    [{ patient_email: "nowhere" }, "invalid_value", "customer.email"],
    [{ start_time: undefined, id: 7 }, "unknown_event", "calendar_event_id"],
    [{ start_time: undefined, id: 6 }, "missing_column", "start_time"],
  ])("with %o is reported as %s of %s", (wrong, reason, field) => {
    expect(fault(read({ ...moments, ...wrong }))).toEqual([reason, field]);
  });

  it("creates what the shop lacks where that is asked for, once", () => {
    const ids = new ShopIds(NO_MAPPING, known, true);
    const strange = { ...moments, patient_id: 8, patient_name: undefined };
    expect(read(strange, ids)).toMatchObject({
      value: { mechanic_id: "1", service_id: "3", customer: { name: "Customer 8" } },
    });
    read({ ...strange, end_time: "2025-01-15 10:30" }, ids);
    expect(ids.takeMissing()).toEqual({ mechanics: ["1"], services: new Map([["3", new Set([60, 30])]]) });
    read(strange, ids);
    expect(ids.takeMissing()).toEqual({ mechanics: [], services: new Map() });
  });
});

describe("a TIMESTAMP", () => {
  it.each([
    ["2025-03-09 02:30:00", "2025-03-09T03:30:00-04:00"],
    ["2025-11-02 01:30", "2025-11-02T01:30:00-04:00"],
    ["2025-11-02 01:30-05", "2025-11-02T01:30:00-05:00"],
    ["2025-11-02T06:30:00.000Z", "2025-11-02T01:30:00-05:00"],
    ["2025-06-01 10:00:00+0530", "2025-06-01T00:30:00-04:00"],
  ])("%s is %s in New York", (text, expected) => {
    const minute = minuteOfMoment(text, "America/New_York");
    expect(minute && formatWithOffset("America/New_York", minute)).toBe(expected);
  });

  it.each([
    "2025-02-29 10:00",
    "2025-01-01 24:00",
    "2025-01-01 10:60",
    "2025-01-01 10:00:01",
    "2025-01-01",
    "soon",
  ])("%s is none", (text) => expect(minuteOfMoment(text, "UTC")).toBeUndefined());

  it("of a creation counts only with its offset", () => {
    expect(createdAt("2025-01-10 10:00:00.123456+00", NOW)).toBe(Date.parse("2025-01-10T10:00:00.123Z"));
    for (const unclear of [undefined, "2025-01-10 10:00:00", "soon", "1960-01-01T00:00:00Z"]) {
      expect(createdAt(unclear, NOW)).toBe(NOW);
    }
  });
});
