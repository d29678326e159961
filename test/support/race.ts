import type { Firestore } from "firebase-admin/firestore";
import { expect } from "vitest";
import type { Answer, BookingBody, Client, ErrorBody } from "./client.ts";
import { admin } from "./token.ts";

export type BookingAnswer = Answer<BookingBody & ErrorBody>;

/** How often each outcome came: `{ "201": 1, "409 slot_taken": 9 }`. */
export function outcomes(answers: readonly BookingAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = body.error === undefined ? String(status) : `${status} ${body.error}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

interface Entry {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What must hold after any storm: no minute of a mechanic is taken twice, every booking that takes time stands in the
 * ledger of each date it touches and nothing else does, and whoever got 201 or 200 finds the booking.
 */
export async function expectConsistent(
  db: Firestore,
  shopId: string,
  answers: readonly BookingAnswer[] = [],
): Promise<void> {
  const shop = db.doc(`shops/${shopId}`);
  const [ledgers, bookings] = await Promise.all([
    shop.collection("ledger").get(),
    shop.collection("bookings").where("status", "==", "confirmed").get(),
  ]);
  const entered = new Set<string>();
  const ofMechanic = new Map<string, Map<string, Entry>>();
  for (const ledger of ledgers.docs) {
    const mechanic = ledger.get("mechanic_id") as string;
    const entries = ofMechanic.get(mechanic) ?? new Map<string, Entry>();
    ofMechanic.set(mechanic, entries);
    for (const entry of ledger.get("entries") as Entry[]) {
      entered.add(entry.id);
      entries.set(entry.id, entry);
    }
  }
  for (const entries of ofMechanic.values()) {
    const inOrder = [...entries.values()].sort((a, b) => a.start - b.start);
    inOrder.forEach((entry, index) => {
      const next = inOrder[index + 1];
      if (next) expect(entry.end, `${entry.id} runs into ${next.id}`).toBeLessThanOrEqual(next.start);
    });
  }
  const recorded = new Set(bookings.docs.map(({ id }) => id));
  expect(entered).toEqual(recorded);
  for (const { status, body } of answers) {
    if (status < 300) expect(recorded).toContain(body.booking.id);
  }
}

/** The cached day must show what a fresh generation shows. */
export async function expectCacheRight(
  client: Client,
  shopId: string,
  date: string,
  project?: string,
): Promise<void> {
  const cached = await client.availability(shopId, date);
  const fresh = await client.availability(shopId, date, { fresh: true }, admin(shopId, project));
  expect(fresh.status).toBe(200);
  expect(cached.body).toEqual(fresh.body);
}
