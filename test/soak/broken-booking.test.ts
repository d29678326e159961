import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { check } from "./checker.ts";
import type { Operation } from "./history.ts";
import { CALENDAR, SHOP, seedSoakShop, startsFrom } from "./shop.ts";
import { readSnapshot, type StoredEntry } from "./snapshot.ts";

const project = openProject("broken");
const START = startsFrom(Date.now())[10]!;
const ZONE_MINUTES = CALENDAR.offsetMinutes;
const DATE = new Date((START + ZONE_MINUTES) * 60_000).toISOString().slice(0, 10);

/**
 * Booking as it is often done: look whether the slot is free, then write. All that is written is right in itself, in
 * one batch even; only the look lies outside.
 */
async function brokenBook(db: Firestore, client: string): Promise<Operation> {
  const shop = db.doc(`shops/${SHOP}`);
  const ledger = shop.collection("ledger").doc(`ada_${DATE}`);
  const startedAt = Date.now();
  const entries = ((await ledger.get()).get("entries") ?? []) as StoredEntry[];
  const isTaken = entries.some(({ start, end }) => start < START + 30 && START < end);
  const booking = shop.collection("bookings").doc();
  const wanted = {
    mechanicId: "ada",
    start: START,
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
  };
  if (!isTaken) await writeAll(db, client, booking.id, entries);
  return {
    id: client,
    kind: "book",
    startedAt,
    endedAt: Date.now(),
    outcome: isTaken ? "refused" : "done",
    error: isTaken ? "slot_taken" : null,
    statuses: [isTaken ? 409 : 201],
    bookingId: isTaken ? null : booking.id,
    bookingIds: [],
    wanted,
    seen: isTaken
      ? null
      : { id: booking.id, status: "confirmed", mechanicId: "ada", start: START, end: START + 30 },
    holdId: null,
    sessionId: null,
    reservedUntil: null,
  };
}

async function writeAll(db: Firestore, client: string, id: string, entries: readonly StoredEntry[]) {
  const shop = db.doc(`shops/${SHOP}`);
  const [start, end] = [START, START + 30].map((minute) => Timestamp.fromMillis(minute * 60_000));
  const batch = db.batch();
  batch.create(shop.collection("bookings").doc(id), {
    ...{ id, status: "confirmed", mechanic_id: "ada", start, end, notes: client },
    ...{ buffer_before_minutes: 0, buffer_after_minutes: 0 },
  });
  const entry = { kind: "booking", id, start: START, end: START + 30, expires_at: null };
  batch.set(shop.collection("ledger").doc(`ada_${DATE}`), {
    mechanic_id: "ada",
    date: DATE,
    entries: [...entries, entry],
  });
  batch.create(shop.collection("audit").doc(), {
    action: "booking_created",
    booking_id: id,
    at: Timestamp.now(),
    details: { mechanic_id: "ada", start, end },
  });
  batch.create(shop.collection("notifications").doc(), { kind: "booking_confirmed", booking_id: id });
  await batch.commit();
}

it("reports a booking that reads outside its transaction", async () => {
  await seedSoakShop(project.db);
  const clients = Array.from({ length: 8 }, (_, index) => brokenBook(project.db, `c${index}`));
  const problems = check(await Promise.all(clients), await readSnapshot(project.db, SHOP), CALENDAR);
  expect(problems.join("\n")).toMatch(/booking \S+ and booking \S+ overlap on ada/);
  expect(problems.join("\n")).toMatch(/missing in a ledger: booking/);
});

it("reports nothing when the same clients book one after the other", async () => {
  await project.db.recursiveDelete(project.db.collection("shops"));
  await seedSoakShop(project.db);
  const history: Operation[] = [];
  for (let index = 0; index < 4; index += 1) history.push(await brokenBook(project.db, `c${index}`));
  expect(check(history, await readSnapshot(project.db, SHOP), CALENDAR)).toEqual([]);
});
