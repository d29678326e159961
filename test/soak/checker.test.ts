import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { check } from "./checker.ts";
import type { Operation } from "./history.ts";
import { CALENDAR, SHOP } from "./shop.ts";
import type { Snapshot, StoredBusy } from "./snapshot.ts";

/** 10:00 in Taipei on 20 January 2026, in minutes since the epoch. */
const TEN = Date.parse("2026-01-20T02:00:00Z") / 60_000;
const NOW = Date.parse("2026-01-12T12:00:00Z");
const DATE = "2026-01-20";

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Mutable<T[K]> : T[K] };
interface World {
  history: Mutable<Operation>[];
  snapshot: Mutable<Snapshot>;
}

const NOTHING = {
  error: null,
  bookingId: null,
  bookingIds: [],
  wanted: null,
  seen: null,
  holdId: null,
  sessionId: null,
  reservedUntil: null,
};

const wanted = (start: number) => ({
  mechanicId: "ada",
  start,
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 15,
});
const seen = (id: string, start: number, status = "confirmed") => ({
  id,
  status,
  mechanicId: "ada",
  start,
  end: start + 30,
});
const stored = (id: string, start: number, notes: string, status = "confirmed") => ({
  id,
  status,
  mechanic_id: "ada",
  start: start * 60_000,
  end: (start + 30) * 60_000,
  buffer_before_minutes: 0,
  buffer_after_minutes: 15,
  notes,
});
const entry = (kind: "booking" | "hold", id: string, start: number, expires_at: number | null = null) => ({
  kind,
  id,
  start,
  end: start + 45,
  expires_at,
});
const place = (start: number) => ({ mechanic_id: "ada", start: start * 60_000, end: (start + 30) * 60_000 });

/**
 * A small world in which all is right: b1 made at ten and moved to noon, b2 made at one and cancelled, a hold at two,
 * and somebody who was told that noon is taken.
 */
function world(): World {
  const [noon, one, two] = [TEN + 120, TEN + 180, TEN + 240];
  const done = { outcome: "done" as const, statuses: [200] };
  const at = (second: number) => ({ startedAt: NOW + second * 1000, endedAt: NOW + second * 1000 + 500 });
  const reservedUntil = NOW + 600_000;
  const busy = [entry("booking", "b1", noon), entry("hold", "h1", two, reservedUntil)];
  return {
    history: [
      {
        ...NOTHING,
        ...done,
        ...at(1),
        id: "o1",
        kind: "book",
        bookingId: "b1",
        bookingIds: ["b1"],
        wanted: wanted(TEN),
        seen: seen("b1", TEN),
      },
      {
        ...NOTHING,
        ...done,
        ...at(2),
        id: "o2",
        kind: "reschedule",
        bookingId: "b1",
        wanted: wanted(noon),
        seen: seen("b1", noon),
      },
      {
        ...NOTHING,
        ...done,
        ...at(3),
        id: "o3",
        kind: "book",
        bookingId: "b2",
        bookingIds: ["b2"],
        wanted: wanted(one),
        seen: seen("b2", one),
      },
      {
        ...NOTHING,
        ...done,
        ...at(4),
        id: "o4",
        kind: "cancel",
        bookingId: "b2",
        seen: seen("b2", one, "cancelled_by_customer"),
      },
      {
        ...NOTHING,
        ...done,
        ...at(5),
        id: "o5",
        kind: "hold",
        wanted: wanted(two),
        holdId: "h1",
        sessionId: "s1",
        reservedUntil,
      },
      {
        ...NOTHING,
        ...at(6),
        id: "o6",
        kind: "book",
        outcome: "refused",
        error: "slot_taken",
        statuses: [409],
        wanted: wanted(noon),
      },
      { ...NOTHING, ...done, ...at(7), id: "o7", kind: "view", bookingId: "b1", seen: seen("b1", noon) },
    ],
    snapshot: {
      now: NOW + 10_000,
      catalogVersion: 1,
      bookings: [stored("b1", noon, "o1"), stored("b2", one, "o3", "cancelled_by_customer")],
      holds: [
        {
          id: "h1",
          mechanic_id: "ada",
          extent_start: two * 60_000,
          extent_end: (two + 45) * 60_000,
          session_hash: createHash("sha256")
            .update(JSON.stringify([SHOP, "s1"]))
            .digest("base64url"),
          expires_at: reservedUntil,
        },
      ],
      ledgers: [{ mechanic_id: "ada", date: DATE, entries: busy }],
      days: [
        {
          id: DATE,
          generated_dynamically: true,
          cached_at: NOW,
          expires_at: NOW + 3_600_000,
          epoch: 4,
          filled_epoch: 4,
          catalog_version: 1,
          mechanics: { ada: { open: [{ start: TEN - 60, end: TEN + 480 }], busy: structuredClone(busy) } },
        },
      ],
      audit: [
        { action: "booking_created", booking_id: "b1", at: NOW + 1, details: place(TEN) },
        {
          action: "booking_rescheduled",
          booking_id: "b1",
          at: NOW + 2,
          details: { from: place(TEN), to: place(noon) },
        },
        { action: "booking_created", booking_id: "b2", at: NOW + 3, details: place(one) },
        {
          action: "booking_cancelled",
          booking_id: "b2",
          at: NOW + 4,
          details: { ...place(one), status: { from: "confirmed", to: "cancelled_by_customer" } },
        },
      ],
      notifications: [
        { id: "n1", kind: "booking_confirmed", booking_id: "b1" },
        { id: "n2", kind: "booking_rescheduled", booking_id: "b1" },
        { id: "n3", kind: "booking_confirmed", booking_id: "b2" },
        { id: "n4", kind: "booking_cancelled", booking_id: "b2" },
      ],
    },
  };
}

/** What the cached day shows as taken. */
function busyOfDay({ days }: Snapshot): StoredBusy[] {
  return days[0]?.mechanics?.["ada"]?.busy as StoredBusy[];
}

const problemsOf = ({ history, snapshot }: World) => check(history, snapshot, CALENDAR);

/** How somebody could break the promises, and what the checker must say then. */
const SABOTAGE: readonly (readonly [string, (world: World) => void, RegExp])[] = [
  [
    "two bookings overlap by a buffer",
    ({ snapshot }) => snapshot.bookings.push(stored("b3", TEN + 160, "o6")),
    /booking b1 and booking b3 overlap on ada/,
  ],
  [
    "a booking that was granted is gone",
    ({ snapshot }) => snapshot.bookings.shift(),
    /b1 was granted and is not there/,
  ],
  [
    "a booking that was refused is there",
    ({ snapshot }) => snapshot.bookings.push(stored("b3", TEN + 300, "o6")),
    /b3 is there, but was refused \(o6\)/,
  ],
  [
    "a booking that nobody asked for is there",
    ({ snapshot }) => snapshot.bookings.push(stored("b3", TEN + 300, "o99")),
    /nobody asked for booking b3/,
  ],
  [
    "one key made two bookings",
    ({ snapshot }) => snapshot.bookings.push(stored("b3", TEN + 300, "o1")),
    /one key made two bookings: b1 and b3/,
  ],
  [
    "one key was answered with two bookings",
    ({ history }) => history[0]!.bookingIds.push("b7"),
    /one key was answered with several bookings: b1, b7/,
  ],
  [
    "a move was forgotten",
    ({ snapshot }) => (snapshot.bookings[0] = stored("b1", TEN, "o1")),
    /booking b1 is .*, not /,
  ],
  [
    "a cancelled booking came back",
    ({ snapshot }) => (snapshot.bookings[1]!.status = "confirmed"),
    /booking b2 is confirmed .*, not cancelled_by_customer/,
  ],
  [
    "a client was shown an older state than it had been told",
    ({ history }) => (history[6]!.seen = seen("b1", TEN)),
    /view o7 showed confirmed ada/,
  ],
  [
    "a booking is missing in its ledger",
    ({ snapshot }) => snapshot.ledgers[0]!.entries.shift(),
    /missing in a ledger: booking b1/,
  ],
  [
    "a ledger knows a booking that there is not",
    ({ snapshot }) => snapshot.ledgers[0]!.entries.push(entry("booking", "b9", TEN + 400)),
    /nothing explains a ledger's booking b9/,
  ],
  [
    "a ledger has lost a hold",
    ({ snapshot }) => snapshot.ledgers[0]!.entries.pop(),
    /missing in a ledger: hold h1/,
  ],
  [
    "a day shows less than the ledger",
    ({ snapshot }) => busyOfDay(snapshot).shift(),
    /day 2026-01-20 shows other busy of ada/,
  ],
  [
    "a hold that was granted is gone",
    ({ snapshot }) => snapshot.holds.pop(),
    /hold h1 was granted and is not there/,
  ],
  [
    "a hold that was given back is there",
    ({ history }) =>
      history.push({
        ...history[4]!,
        id: "o8",
        kind: "release",
        startedAt: NOW + 8_000,
        endedAt: NOW + 8_500,
      }),
    /hold h1 is there, though release o8 ended it/,
  ],
  [
    "a hold is there that nobody got",
    ({ snapshot }) => (snapshot.holds[0]!.session_hash = "somebody's"),
    /hold h1 is there, but was granted to nobody/,
  ],
  [
    "the trail lacks a line",
    ({ snapshot }) => snapshot.audit.splice(1, 1),
    /b1 is elsewhere than the trail says/,
  ],
  [
    "the trail has a gap in the story",
    ({ snapshot }) => (snapshot.audit[1]!.details = { from: place(TEN + 60), to: place(TEN + 120) }),
    /b1 was moved from where it was not/,
  ],
  [
    "the trail tells a thing twice",
    ({ snapshot }) => snapshot.audit.push({ ...snapshot.audit[3]!, at: NOW + 5 }),
    /booking_cancelled of b2 after it was cancelled_by_customer/,
  ],
  [
    "the outbox lacks news",
    ({ snapshot }) => snapshot.notifications.pop(),
    /the outbox tells booking_confirmed of b2/,
  ],
  [
    "somebody was refused for no reason",
    ({ history }) => (history[5]!.wanted = wanted(TEN + 400)),
    /book o6 was told that a slot is taken which nobody had/,
  ],
  [
    "somebody was refused a slot that had long been given back",
    ({ history }) => (history[5]!.wanted = wanted(TEN)),
    /book o6 was told that a slot is taken which nobody had/,
  ],
  [
    "a request was answered 500",
    ({ history }) => (history[3]!.statuses = [500, 200]),
    /cancel o4 answered 500/,
  ],
];

describe("the checker", () => {
  it("has nothing to say where all is right", () => {
    expect(problemsOf(world())).toEqual([]);
  });

  it("gives whoever was never answered the benefit of the doubt", () => {
    const { history, snapshot } = world();
    Object.assign(history[5]!, { outcome: "maybe", error: null, statuses: [0] });
    expect(problemsOf({ history, snapshot })).toEqual([]);
    snapshot.bookings.push(stored("b3", TEN + 300, "o6"));
    snapshot.ledgers[0]!.entries.push(entry("booking", "b3", TEN + 300));
    busyOfDay(snapshot).push(entry("booking", "b3", TEN + 300));
    snapshot.audit.push({ action: "booking_created", booking_id: "b3", at: NOW, details: place(TEN + 300) });
    snapshot.notifications.push({ id: "n5", kind: "booking_confirmed", booking_id: "b3" });
    expect(problemsOf({ history, snapshot })).toEqual([]);
  });

  it.each(SABOTAGE)("notices when %s", (_what, sabotage, problem) => {
    const sabotaged = world();
    sabotage(sabotaged);
    expect(problemsOf(sabotaged).join("\n")).toMatch(problem);
  });
});
