import { describe, expect, it } from "vitest";
import { decodeSlotId } from "../availability/answers/slot-id.ts";
import { millisAt, minuteAt } from "../reservations/testing/builders.ts";
import { extentOfHold, holdFields, presentHold } from "./hold.ts";
import { buildHold } from "./testing/build-hold.ts";

const hold = buildHold({
  end: minuteAt("2026-01-19T11:30"),
  extent_start: minuteAt("2026-01-19T09:50"),
  extent_end: minuteAt("2026-01-19T11:45"),
  location_id: "north",
  expires_at: millisAt("2026-01-19T08:10:07.999"),
});

describe("extentOfHold", () => {
  it("is the slot with its buffers", () => {
    expect(extentOfHold(hold)).toEqual({ start: hold.start - 10, end: hold.end + 15 });
  });
});

describe("presentHold", () => {
  it("shows the slot in the shop's zone, and nothing of the session", () => {
    const { slot, ...rest } = presentHold(hold, "America/New_York", 10);
    const { id, ...shown } = slot;
    expect(rest).toEqual({
      hold_id: "hold",
      reserved_until: "2026-01-19T03:10:07-05:00",
      message: "Slot reserved for 10 minutes",
    });
    expect(shown).toEqual({
      start: "2026-01-19T05:00:00-05:00",
      end: "2026-01-19T06:30:00-05:00",
      duration_minutes: 90,
      mechanic_id: "ada",
      service_id: "repair",
      location_id: "north",
    });
    const key = { mechanicId: "ada", serviceId: "repair", start: hold.start, durationMinutes: 90 };
    expect(decodeSlotId(id)).toEqual(key);
  });

  it.each([
    { expires: "2026-01-19T08:10:00", zone: "UTC", until: "2026-01-19T08:10:00+00:00" },
    { expires: "2026-01-19T08:10:00.999", zone: "UTC", until: "2026-01-19T08:10:00+00:00" },
    { expires: "2026-01-19T08:10:59.999", zone: "UTC", until: "2026-01-19T08:10:59+00:00" },
    { expires: "2026-01-19T08:00:41", zone: "Asia/Kathmandu", until: "2026-01-19T13:45:41+05:45" },
    { expires: "2026-01-19T08:00:09", zone: "America/New_York", until: "2026-01-19T03:00:09-05:00" },
  ])("promises $until, to the second and never later, for $expires", ({ expires, zone, until }) => {
    expect(presentHold({ ...hold, expires_at: millisAt(expires) }, zone, 10).reserved_until).toBe(until);
  });
});

describe("holdFields", () => {
  it("reads a hold as it is", () => {
    expect(holdFields.parse(hold)).toEqual(hold);
    expect(holdFields.parse({ ...hold, location_id: null }).location_id).toBeNull();
  });

  it.each(Object.keys(hold))("throws without %s", (field) => {
    expect(holdFields.safeParse({ ...hold, [field]: undefined }).success).toBe(false);
  });
});
