import { describe, expect, it } from "vitest";
import { millis, toMinutes } from "../../engine/units.ts";
import {
  countSchema,
  dateSchema,
  flagSchema,
  idSchema,
  instantSchema,
  lineSchema,
  textSchema,
} from "./fields.ts";

describe("an id", () => {
  it.each(["a", "mechanic_123", "A-b_9", "x".repeat(128), "_", "__", "__half"])("may be %s", (id) => {
    expect(idSchema.parse(id)).toBe(id);
  });
  it.each(["", "a/b", "a b", "..", "ä", "x".repeat(129), "__id__", "____", "a\n", 7, null, ["a"]])(
    "may not be %j",
    (id) => expect(idSchema.safeParse(id).success).toBe(false),
  );
});

describe("a date", () => {
  it.each(["2026-01-15", "2028-02-29", "1970-01-01", "9999-12-30"])("may be %s", (date) => {
    expect(dateSchema.parse(date)).toBe(date);
  });
  it.each(["2026-02-30", "2027-02-29", "2026-1-5", "2026-00-10", "2026-01-15 ", "9999-12-31", "0000-01-01"])(
    "may not be %s",
    (date) => expect(dateSchema.safeParse(date).success).toBe(false),
  );
});

describe("an instant", () => {
  it.each([
    ["2026-01-15T14:00:00-05:00", "2026-01-15T19:00:00Z"],
    ["2026-01-15T14:00Z", "2026-01-15T14:00:00Z"],
    ["2026-01-15t14:00:00.000z", "2026-01-15T14:00:00Z"],
    ["2026-01-15T23:30:00+05:45", "2026-01-15T17:45:00Z"],
  ])("%s is minutes since the epoch", (text, utc) => {
    expect(instantSchema.parse(text)).toBe(toMinutes(millis(Date.parse(utc))));
  });

  it("without an offset is refused with a message that names the offset", () => {
    for (const text of ["2026-01-15T14:00:00", "2026-01-15 14:00", "2026-01-15T14:00:00.5"]) {
      expect(instantSchema.safeParse(text).error?.issues[0]?.message).toMatch(/offset/);
    }
  });

  it.each([
    "2026-02-30T10:00:00Z",
    "2026-01-15T24:00:00Z",
    "2026-01-15T10:60:00Z",
    "2026-01-15T10:00:30Z",
    "2026-01-15T10:00:00.5Z",
    "2026-01-15T10:00:00+24:00",
    "2026-01-15T10:00:00+0500",
    "2026-01-15",
    "1970-12-31T23:59:00Z",
    "9999-01-01T00:00:00Z",
    "Thu, 15 Jan 2026 14:00:00 GMT",
    1_768_500_000,
  ])("%s is none", (text) => expect(instantSchema.safeParse(text).success).toBe(false));
});

it("takes whole numbers above 0 only, written plainly", () => {
  expect(countSchema.parse("90")).toBe(90);
  for (const text of ["0", "-1", "1.5", "1e3", "0x10", " 1", "01", "1234567890", ""]) {
    expect(countSchema.safeParse(text).success).toBe(false);
  }
});

it("takes true and false as flags, nothing like them", () => {
  expect([flagSchema.parse("true"), flagSchema.parse("false")]).toEqual([true, false]);
  for (const text of ["1", "yes", "TRUE", ""]) expect(flagSchema.safeParse(text).success).toBe(false);
});

describe("a text", () => {
  const text = textSchema(5);
  it("is trimmed and composed, and counted after that", () => {
    expect(text.parse("  e\u0301te\u0301  ")).toBe("été");
    expect(text.parse("陳小姐")).toBe("陳小姐");
    expect(text.parse("a\tb\nc")).toBe("a\tb\nc");
  });
  it("has line breaks of one kind", () => expect(text.parse("a\r\nb\r\nc")).toBe("a\nb\nc"));
  it.each([
    ...["", "   ", "\u200b", "\u2060\ufeff\u200d", "\u3164", "abcdef", 5],
    ...["a\u0000", "a\u001bb", "a\u007f", "a\u0085b", "a\u009fb", "a\rb", "\ud800"],
  ])("may not be %j", (value) => expect(text.safeParse(value).error?.issues).toHaveLength(1));
});

describe("a line", () => {
  const line = lineSchema(20);
  it.each(["陳小姐", "می\u200cخواهم", "क्\u200dष", "👩🏽\u200d🔧 Ruth", "\u200fעדה", "O’Neil-Śmith, Jr."])(
    "may be %s",
    (text) => expect(line.parse(text)).toBe(text),
  );
  it("is trimmed of what ends it", () => expect(line.parse(" Ada\r\n")).toBe("Ada"));
  it.each([
    ...["a\nb", "a\r\nb", "a\tb", "a\u2028b", "a\u2029b", "a\u0085b", "a\u0000b"],
    ...["a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b"],
  ])("may not be %j, and the message says why", (text) => {
    const issues = line.safeParse(text).error?.issues;
    expect(issues).toHaveLength(1);
    expect(issues?.[0]?.message).toMatch(/one line/);
  });
  it.each(["", "\u200b", "\u2060\u200d", "x".repeat(21)])("may not be %j", (text) =>
    expect(line.safeParse(text).error?.issues).toHaveLength(1),
  );
});
