import { describe, expect, it } from "vitest";
import { mechanicSchema, serviceSchema, shopSchema } from "../catalog/schema.ts";
import { describeIssues } from "./describe-issues.ts";

const schemas = { shop: shopSchema, service: serviceSchema, mechanic: mechanicSchema };

describe("the description of why a document cannot be read", () => {
  it.each([
    ["shop", {}, "time_zone is missing"],
    ["shop", { time_zone: "Mars" }, "time_zone is not an IANA time zone"],
    ["shop", { time_zone: "UTC", policy: [] }, "policy is not a map"],
    [
      "shop",
      { time_zone: "UTC", policy: { hold_minutes: 1.5 } },
      "policy.hold_minutes is not a whole number",
    ],
    ["shop", { time_zone: "UTC", policy: { travel_minutes: 999 } }, "policy.travel_minutes is more than 240"],
    ["service", { durations_minutes: "30" }, "durations_minutes is not a list"],
    ["service", { durations_minutes: [] }, "durations_minutes is empty"],
    ["service", { durations_minutes: [30], active: "yes" }, "active is not true or false"],
    [
      "mechanic",
      { weekly_schedule: { monday: [{ start_time: "9:00", end_time: "17:00" }] } },
      "An interval ends after it starts; times are HH:MM",
    ],
    ["mechanic", { weekly_schedule: { funday: [] } }, "weekly_schedule has the unknown name funday"],
    ["mechanic", "x", "the document is not a map"],
  ] as const)("of a %s names the field in plain words: %j", (kind, data, sentence) => {
    const issues = schemas[kind].safeParse(data).error?.issues ?? [];
    expect(describeIssues(issues, data)).toBe(sentence);
  });

  it("names at most three problems", () => {
    const data = { durations_minutes: ["a", "b", "c", "d"] };
    const issues = serviceSchema.safeParse(data).error?.issues ?? [];
    expect(describeIssues(issues, data).split("; ")).toHaveLength(3);
  });
});
