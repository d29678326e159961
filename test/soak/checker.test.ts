import { describe, expect, it } from "vitest";
import { check } from "./checker.ts";
import { CALENDAR } from "./shop.ts";
import {
  busyOfDay,
  created,
  entry,
  NOW,
  place,
  seen,
  stored,
  TEN,
  wanted,
  world,
  type World,
} from "./world.ts";

const problemsOf = ({ history, snapshot }: World) => check(history, snapshot, CALENDAR);

/** Ways to break the promises, and what the checker must report for each. */
const SABOTAGE: readonly (readonly [string, (world: World) => void, RegExp])[] = [
  [
    "two bookings overlap by a buffer",
    ({ snapshot }) => snapshot.bookings.push(stored("b3", TEN + 160, "o6")),
    /booking b1 and booking b3 overlap on ada/,
  ],
  [
    "a mechanic has more reservations on a date than the limit",
    ({ snapshot }) => {
      const ofWei = (index: number) => ({ ...stored(`w${index}`, TEN + index, "o1"), mechanic_id: "wei" });
      snapshot.bookings.push(...Array.from({ length: 9 }, (_, index) => ofWei(index)));
    },
    /9 reservations of wei on 2026-01-20, more than 8/,
  ],
  [
    "a day does not count a hold",
    ({ snapshot }) => {
      Object.assign(snapshot.days[0]?.mechanics?.["ada"] ?? {}, { held_until: [] });
    },
    /day 2026-01-20 counts other reservations of ada than the ledger/,
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
  it("reports nothing when every promise is kept", () => {
    expect(problemsOf(world())).toEqual([]);
  });

  it("accepts both outcomes of an operation that was never answered", () => {
    const { history, snapshot } = world();
    Object.assign(history[5]!, { outcome: "maybe", error: null, statuses: [0] });
    expect(problemsOf({ history, snapshot })).toEqual([]);
    snapshot.bookings.push(stored("b3", TEN + 300, "o6"));
    snapshot.ledgers[0]!.entries.push(entry("booking", "b3", TEN + 300));
    busyOfDay(snapshot).push(entry("booking", "b3", TEN + 300));
    Object.assign(snapshot.days[0]?.mechanics?.["ada"] ?? {}, { booked: 2 });
    snapshot.audit.push(created(0, "b3", TEN + 300));
    snapshot.notifications.push({ id: "n5", kind: "booking_confirmed", booking_id: "b3" });
    expect(problemsOf({ history, snapshot })).toEqual([]);
  });

  it.each(SABOTAGE)("notices when %s", (_what, sabotage, problem) => {
    const sabotaged = world();
    sabotage(sabotaged);
    expect(problemsOf(sabotaged).join("\n")).toMatch(problem);
  });
});
