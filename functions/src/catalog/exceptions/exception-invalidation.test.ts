import { describe, expect, it } from "vitest";
import type { Exception } from "../schema.ts";
import { exceptionInvalidation } from "./exception-invalidation.ts";

function exception(changes: Partial<Exception> = {}): Exception {
  return {
    id: "x",
    mechanic_id: "ada",
    from_date: "2026-01-20",
    to_date: "2026-01-20",
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: null,
    ...changes,
  };
}

function datesOf(before: Exception | undefined, after: Exception | undefined): readonly string[] | string {
  const invalidation = exceptionInvalidation(before, after);
  return invalidation.kind === "days" ? invalidation.dates : invalidation.kind;
}

describe("an exception makes stale", () => {
  it("its date and the neighbours, when it is created or deleted", () => {
    const dates = ["2026-01-19", "2026-01-20", "2026-01-21"];
    expect(datesOf(undefined, exception())).toEqual(dates);
    expect(datesOf(exception(), undefined)).toEqual(dates);
  });

  it("its old and its new dates, when it moves", () => {
    const moved = exception({ from_date: "2026-02-02", to_date: "2026-02-02" });
    expect(datesOf(exception(), moved)).toEqual([
      "2026-01-19",
      "2026-01-20",
      "2026-01-21",
      "2026-02-01",
      "2026-02-02",
      "2026-02-03",
    ]);
  });

  it("only the dates that are added or removed, when its range changes", () => {
    const long = exception({ to_date: "2026-01-30" });
    const longer = exception({ to_date: "2026-01-31" });
    expect(datesOf(long, longer)).toEqual(["2026-01-30", "2026-01-31", "2026-02-01"]);
    expect(datesOf(longer, long)).toEqual(["2026-01-30", "2026-01-31", "2026-02-01"]);
  });

  it("all its dates, when its hours, its effect or its mechanic changes", () => {
    const dates = ["2026-01-19", "2026-01-20", "2026-01-21"];
    expect(datesOf(exception(), exception({ start_time: "12:00", end_time: "13:00" }))).toEqual(dates);
    expect(datesOf(exception(), exception({ effect: "busy" }))).toEqual(dates);
    expect(datesOf(exception(), exception({ mechanic_id: "*" }))).toEqual(dates);
    expect(datesOf(exception(), exception({ location_id: "north" }))).toEqual(dates);
  });

  it("the dates of its rule, and no others", () => {
    const mondays = exception({ rrule: "FREQ=MONTHLY;BYDAY=1MO", to_date: "2026-03-31" });
    expect(datesOf(undefined, mondays)).toEqual([
      "2026-02-01",
      "2026-02-02",
      "2026-02-03",
      "2026-03-01",
      "2026-03-02",
      "2026-03-03",
    ]);
  });

  it("62 dates one by one, and the whole catalog beyond", () => {
    expect(datesOf(undefined, exception({ from_date: "2026-03-01", to_date: "2026-05-01" }))).toHaveLength(
      64,
    );
    expect(datesOf(undefined, exception({ from_date: "2026-03-01", to_date: "2026-05-02" }))).toBe("catalog");
    expect(datesOf(undefined, exception({ from_date: "2026-03-01", to_date: "2096-05-02" }))).toBe("catalog");
    const daily = exception({ rrule: "FREQ=DAILY", to_date: "2026-12-31" });
    expect(datesOf(undefined, daily)).toBe("catalog");
  });

  it("the whole catalog, when it has no end", () => {
    const yearly = exception({ rrule: "FREQ=YEARLY", to_date: null });
    expect(datesOf(undefined, yearly)).toBe("catalog");
    expect(datesOf(yearly, exception())).toBe("catalog");
  });

  it("nothing, when no field that availability depends on changes, or it has no date", () => {
    expect(datesOf(exception(), { ...exception(), id: "y" })).toBe("none");
    expect(datesOf(exception({ location_id: null }), exception())).toBe("none");
    expect(datesOf(undefined, exception({ to_date: "2026-01-19" }))).toBe("none");
    expect(datesOf(undefined, undefined)).toBe("none");
  });
});
