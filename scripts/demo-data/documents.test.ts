import type { Interval } from "../../functions/src/engine/types.ts";
import { minutes } from "../../functions/src/engine/units.ts";
import type { Timestamp } from "firebase-admin/firestore";
import { Firestore } from "firebase-admin/firestore";
import { describe, expect, it } from "vitest";
import { mechanicOpenTime } from "../../functions/src/availability/generation/generate-days.ts";
import {
  exceptionSchema,
  mechanicSchema,
  serviceSchema,
  shopSchema,
  WHOLE_SHOP,
} from "../../functions/src/catalog/schema.ts";
import { contains, overlaps } from "../../functions/src/engine/intervals.ts";
import { demoDocuments } from "./documents.ts";
import type { DemoOptions } from "./options.ts";

const db = new Firestore({ projectId: "demo-slotbay" });
const options: DemoOptions = {
  shop: "garage",
  mechanics: 6,
  days: 21,
  bookingsPerDay: 4,
  from: "2026-02-25",
};

interface LedgerData {
  mechanic_id: string;
  date: string;
  entries: Array<Interval & { id: string; slot_start: number; slot_end: number }>;
  booking_count: number;
}
interface BookingData {
  mechanic_id: string;
  date: string;
  start: Timestamp;
  end: Timestamp;
}

function collection<T>(name: string, wanted = options): Array<{ id: string; data: T }> {
  const documents = demoDocuments(db, wanted).groups.flat();
  return documents
    .filter(({ ref }) => ref.parent.id === name)
    .map(({ ref, data }) => ({ id: ref.id, data: data as T }));
}

describe("the demo shop", () => {
  it("is the same for the same options", () => {
    const asText = (): string => JSON.stringify(demoDocuments(db, options));
    expect(asText()).toBe(asText());
  });

  it("has another catalog version when its content differs", () => {
    const version = (mechanics: number): unknown =>
      (demoDocuments(db, { ...options, mechanics }).shop.data as { catalog_version: number }).catalog_version;
    expect(version(6)).not.toBe(version(7));
  });

  it("consists of documents that the product's schemas accept as they are", () => {
    const { shop } = demoDocuments(db, options);
    expect(shopSchema.parse(shop.data)).toEqual(shop.data);
    const kinds = [
      ["services", serviceSchema],
      ["mechanics", mechanicSchema],
      ["exceptions", exceptionSchema],
    ] as const;
    for (const [name, schema] of kinds) {
      expect(collection(name)).not.toHaveLength(0);
      for (const { data } of collection<object>(name)) expect(data).toMatchObject(schema.parse(data));
    }
  });

  it("has every kind of exception", () => {
    const exceptions = collection<{
      effect: string;
      rrule: string | null;
      mechanic_id: string;
      reason: string;
    }>("exceptions").map(({ data }) => data);
    expect(new Set(exceptions.map(({ effect }) => effect))).toEqual(
      new Set(["unavailable", "available", "busy"]),
    );
    expect(exceptions.filter(({ rrule }) => rrule !== null)).toHaveLength(1);
    expect(exceptions.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["holiday", "vacation"]));
    expect(exceptions.some(({ mechanic_id }) => mechanic_id === WHOLE_SHOP)).toBe(true);
  });

  it("has bookings on every mechanic, each inside open time", () => {
    const shop = { ...shopSchema.parse(demoDocuments(db, options).shop.data), id: "garage" };
    const exceptions = collection<object>("exceptions").map(({ id, data }) => ({
      ...exceptionSchema.parse(data),
      id,
    }));
    const bookings = collection<BookingData>("bookings");
    for (const { id, data } of collection<object>("mechanics")) {
      const mechanic = { ...mechanicSchema.parse(data), id };
      const own = exceptions.filter(({ mechanic_id }) => mechanic_id === id || mechanic_id === WHOLE_SHOP);
      const mine = bookings.filter((booking) => booking.data.mechanic_id === id);
      expect(mine.length).toBeGreaterThan(10);
      for (const { data: booking } of mine) {
        const slot = { start: minutes(booking.start.seconds / 60), end: minutes(booking.end.seconds / 60) };
        const open = mechanicOpenTime(shop, mechanic, own, booking.date);
        expect(open.some((interval) => contains(interval, slot))).toBe(true);
      }
    }
  });

  it("has ledgers that are sorted, free of overlaps, and name exactly the bookings", () => {
    const ledgers = collection<LedgerData>("ledger");
    const bookings = collection<BookingData>("bookings");
    for (const { id, data } of ledgers) {
      expect(id).toBe(`${data.mechanic_id}_${data.date}`);
      for (const [index, entry] of data.entries.entries()) {
        const previous = data.entries[index - 1];
        if (previous) expect(overlaps(previous, entry)).toBe(false);
        if (previous) expect(previous.start).toBeLessThan(entry.start);
      }
    }
    const named = new Set(ledgers.flatMap(({ data }) => data.entries.map(({ id }) => id)));
    expect(named).toEqual(new Set(bookings.map(({ id }) => id)));
    const counted = ledgers.reduce((sum, { data }) => sum + data.booking_count, 0);
    expect(counted).toBe(bookings.length);
  });

  it("is written so that no commit separates a booking from a ledger that names it", () => {
    for (const group of demoDocuments(db, options).groups) {
      const ids = (name: string): string[] =>
        group.filter(({ ref }) => ref.parent.id === name).map(({ ref }) => ref.id);
      const named = group
        .filter(({ ref }) => ref.parent.id === "ledger")
        .flatMap(({ data }) => (data as LedgerData).entries.map(({ id }) => id));
      expect(new Set(ids("bookings"))).toEqual(new Set(named));
    }
  });
});
