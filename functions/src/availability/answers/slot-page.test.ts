import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shopSchema } from "../../catalog/schema.ts";
import { addDays, eachDate } from "../../engine/dates.ts";
import { millis, minutes, toMinutes } from "../../engine/units.ts";
import type { DayContent } from "../day/day-content.ts";
import type { MechanicOfDay } from "../day/day.ts";
import { decodePageToken, encodePageToken, pageOfSlots, placeOfPage } from "./slot-page.ts";

const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC" }) };
const selection = { service: undefined, durationMinutes: 60, mechanicId: undefined };
const FROM = "2026-01-19";
const midnight = (date: string) => toMinutes(millis(Date.parse(`${date}T00:00:00Z`)));

/** The hours of the day in which each mechanic works; one free slot begins at each of them. */
type Hours = Readonly<Record<string, readonly number[]>>;

function contentOf(date: string, hours: Hours): DayContent {
  const mechanics = Object.entries(hours).map(([id, works]): [string, MechanicOfDay] => {
    const open = works.map((hour) => {
      const start = minutes(midnight(date) + hour * 60);
      return { start, end: minutes(start + 60), anchor: start, location_id: null };
    });
    return [id, { specialties: [], open, busy: [], booked: 0, held_until: [], max_bookings_per_day: null }];
  });
  return { kind: "generated", mechanics: Object.fromEntries(mechanics) };
}

function pageAt(days: ReadonlyMap<string, Hours>, to: string, limit: number, token?: string) {
  const place = placeOfPage({ from: FROM, to, page_token: token });
  if (!place.ok) throw new Error(place.refusal.message);
  const content = new Map([...days].map(([date, hours]) => [date, contentOf(date, hours)]));
  const page = pageOfSlots({ shop, days: content, selection, now: millis(0) }, place.value, limit);
  const names = page.slots.map(({ start, mechanicId }) => `${mechanicId} ${start}`);
  return { names, nextToken: page.nextToken };
}

/** All pages from the first to the last. */
function allPages(days: ReadonlyMap<string, Hours>, to: string, limit: number): string[][] {
  const pages: string[][] = [];
  for (let token: string | undefined; ;) {
    const { names, nextToken } = pageAt(days, to, limit, token);
    pages.push(names);
    if (pages.length > 200) throw new Error("the pages do not end");
    if (nextToken === null) return pages;
    token = nextToken;
  }
}

function expectedNames(days: ReadonlyMap<string, Hours>): string[] {
  return [...days].flatMap(([date, hours]) =>
    Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) =>
      Object.keys(hours)
        .filter((id) => hours[id]?.includes(hour))
        .sort()
        .map((id) => `${id} ${midnight(date) + hour * 60}`),
    ),
  );
}

describe("the pages of a range", () => {
  const works = fc
    .uniqueArray(fc.integer({ min: 0, max: 23 }), { maxLength: 4 })
    .map((hours) => hours.sort((a, b) => a - b));
  const hoursOf = fc.record({ ada: works, b: works, grace: works });

  it("hold every free slot once and in order, each page but the last being full", () => {
    fc.assert(
      fc.property(
        fc.array(hoursOf, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (all, limit) => {
          const days = new Map(all.map((hours, index) => [addDays(FROM, index), hours]));
          const pages = allPages(days, addDays(FROM, all.length - 1), limit);
          expect(pages.flat()).toEqual(expectedNames(days));
          for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
          expect(pages.length).toBe(Math.max(1, Math.ceil(pages.flat().length / limit)));
        },
      ),
    );
  });

  it("continue after a range of dates, the first of which may have no slot", () => {
    const to = addDays(FROM, 130);
    const days = new Map<string, Hours>(eachDate(FROM, to).map((date) => [date, { ada: [] }]));
    days.set(to, { ada: [0] });
    const pages = allPages(days, to, 10);
    expect(pages).toEqual([[], [], [`ada ${midnight(to)}`]]);
  });

  it("skip a date without a stored day", () => {
    const to = addDays(FROM, 1);
    expect(pageAt(new Map([[to, { ada: [9] }]]), to, 10).names).toEqual([`ada ${midnight(to) + 540}`]);
  });

  it.each([
    ["at the slot itself if it is free", { ada: [8, 9], grace: [9] }, ["ada 9", "grace 9"]],
    [
      "at the same start with the next mechanic if it has been taken",
      { ada: [8], grace: [9, 10] },
      ["grace 9", "grace 10"],
    ],
    ["at a later start if it has been taken", { ada: [8, 10], grace: [8] }, ["ada 10"]],
  ])("begin at the token's slot: %s", (_what, hours, expected) => {
    const start = midnight(FROM) + 9 * 60;
    const token = encodePageToken({ date: FROM, start: minutes(start), mechanicId: "ada" });
    const { names } = pageAt(new Map([[FROM, hours]]), FROM, 10, token);
    const inHours = (name: string) => {
      const [id, minute] = name.split(" ");
      return `${id} ${(Number(minute) - midnight(FROM)) / 60}`;
    };
    expect(names.map(inHours)).toEqual(expected);
  });
});

describe("a page token", () => {
  it("decodes to the position that it encodes", () => {
    const position = { date: FROM, start: minutes(29_500_000), mechanicId: "Zoë_1" };
    expect(decodePageToken(encodePageToken(position))).toEqual(position);
  });

  const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");
  it.each([
    ["", "no text"],
    ["%%%", "not JSON"],
    [encode({ date: FROM }), "not a list"],
    [encode([FROM, 1]), "too short"],
    [encode([FROM, 1, "ada", 1]), "too long"],
    [encode(["2026-02-30", 1, "ada"]), "not a date"],
    [encode([FROM, 1.5, "ada"]), "not a whole minute"],
    [encode([FROM, 1, null]), "not an id"],
  ])("is refused if it is malformed: %s (%s)", (token) => {
    expect(decodePageToken(token)).toBeUndefined();
    expect(placeOfPage({ from: FROM, to: FROM, page_token: token })).toMatchObject({
      ok: false,
      refusal: {
        error: "invalid_request",
        details: { fields: [{ path: "page_token", message: "Not a token that this range's pages gave." }] },
      },
    });
  });

  it.each([
    [-1, false],
    [0, true],
    [3, true],
    [4, false],
  ])("is accepted only within the range: day %i: %s", (offset, ok) => {
    const date = addDays(FROM, offset);
    const page_token = encodePageToken({ date, start: minutes(0), mechanicId: "" });
    expect(placeOfPage({ from: FROM, to: addDays(FROM, 3), page_token }).ok).toBe(ok);
  });
});

describe("placeOfPage", () => {
  it("returns the whole range and no position without a token", () => {
    expect(placeOfPage({ from: FROM, to: addDays(FROM, 1) })).toMatchObject({
      ok: true,
      value: { dates: [FROM, addDays(FROM, 1)], next: null, position: undefined },
    });
  });

  it("returns the rest of the range, and the position, of a token", () => {
    const position = { date: addDays(FROM, 1), start: minutes(5), mechanicId: "ada" };
    const place = placeOfPage({ from: FROM, to: addDays(FROM, 2), page_token: encodePageToken(position) });
    expect(place).toMatchObject({
      ok: true,
      value: { dates: [addDays(FROM, 1), addDays(FROM, 2)], next: null, position },
    });
  });

  it("refuses a range that ends before it begins", () => {
    expect(placeOfPage({ from: FROM, to: addDays(FROM, -1) })).toMatchObject({
      ok: false,
      refusal: { error: "invalid_request" },
    });
  });
});
