import { Timestamp, type DocumentReference, type Firestore } from "firebase-admin/firestore";
import { shopSchema, type Shop } from "../../functions/src/catalog/schema.ts";
import { toMillis } from "../../functions/src/engine/units.ts";
import { dayBounds } from "../../functions/src/engine/zone.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { loadOn, type DayLedger } from "../../functions/src/ledger/ledger.ts";
import { ledgerDocument } from "../../functions/src/ledger/ledger-document.ts";
import { mechanicBookings, type DemoBooking, type MechanicBookings } from "./bookings.ts";
import { demoMechanics, DEMO_SERVICES } from "./catalog.ts";
import { demoExceptions, type DemoException } from "./exceptions.ts";
import { DEMO_ZONE, type DemoOptions } from "./options.ts";
import { fnv1a } from "./random.ts";

interface DemoDocument {
  readonly ref: DocumentReference;
  readonly data: object;
}

/** All documents of a demo shop. */
export interface DemoDocuments {
  readonly shop: DemoDocument;
  /** The documents of one group are written in one commit: a booking is never without its ledgers. */
  readonly groups: ReadonlyArray<readonly DemoDocument[]>;
}

/** The `last_date` of an exception without an end. */
const FOR_EVER = "9999-12-31";

/** The documents of a demo shop: the same for the same options. */
export function demoDocuments(db: Firestore, options: DemoOptions): DemoDocuments {
  const mechanics = demoMechanics(options.mechanics);
  const ids = mechanics.map(({ id }) => id);
  const exceptions = demoExceptions(options, ids);
  const shop = shopSchema.parse({ name: "Demo garage", time_zone: DEMO_ZONE });
  const paths = shopPaths(db, options.shop);
  const writtenAt = Timestamp.fromMillis(toMillis(dayBounds(DEMO_ZONE, options.from).start));
  const catalog = [
    ...DEMO_SERVICES.map(({ id, ...data }) => ({ ref: paths.service(id), data })),
    ...mechanics.map(({ id, ...data }) => ({ ref: paths.mechanic(id), data })),
    ...exceptions.map((one) => ({ ref: paths.exceptions.doc(one.id), data: exceptionData(one, writtenAt) })),
  ];
  const booked = mechanics.flatMap((mechanic) =>
    datesBookedTogether(
      mechanicBookings(options, {
        shop: { ...shop, id: options.shop },
        services: DEMO_SERVICES,
        mechanic,
        exceptions,
      }),
    ),
  );
  const groups = booked.map(({ ledgers, bookings }) => [
    ...ledgers.map((one) => ({ ref: paths.ledger(one.mechanic_id, one.date), data: ledgerData(one) })),
    ...bookings.map((one) => ({
      ref: paths.booking(one.id),
      data: bookingData(options.shop, one, writtenAt),
    })),
  ]);
  // Other content must have another version, or days cached for the old content would still be valid.
  const catalog_version = fnv1a(JSON.stringify([DEMO_SERVICES, mechanics, exceptions, shop]));
  return {
    shop: { ref: paths.shop, data: { ...shop, catalog_version } satisfies Omit<Shop, "id"> },
    groups: [...catalog.map((one) => [one]), ...groups],
  };
}

/** One group for each date; dates that share a booking across midnight form one group. */
function datesBookedTogether({ ledgers, bookings }: MechanicBookings): MechanicBookings[] {
  const groups: Array<{ ledgers: DayLedger[]; bookings: DemoBooking[] }> = [];
  const bookingOf = new Map(bookings.map((booking) => [booking.id, booking]));
  const placed = new Set<string>();
  for (const ledger of [...ledgers].sort((a, b) => (a.date < b.date ? -1 : 1))) {
    const isLinked = ledger.entries.some(({ id }) => placed.has(id));
    const previous = groups.at(-1);
    const group = isLinked && previous ? previous : { ledgers: [], bookings: [] };
    if (group !== previous) groups.push(group);
    group.ledgers.push(ledger);
    for (const { id } of ledger.entries) {
      const booking = bookingOf.get(id);
      if (booking && !placed.has(id)) group.bookings.push(booking);
      placed.add(id);
    }
  }
  return groups;
}

function exceptionData({ id: _, ...exception }: DemoException, writtenAt: Timestamp) {
  const last_date = exception.to_date ?? FOR_EVER;
  return { ...exception, last_date, created_at: writtenAt, updated_at: writtenAt };
}

function ledgerData(ledger: DayLedger) {
  // The first revision, as the API gives it: the trigger has no days to invalidate.
  return {
    ...ledgerDocument(ledger),
    revision: 1,
    booking_count: loadOn(ledger, dayBounds(DEMO_ZONE, ledger.date)).booked,
  };
}

function bookingData(shopId: string, booking: DemoBooking, writtenAt: Timestamp) {
  const { service, slot } = booking;
  return {
    id: booking.id,
    shop_id: shopId,
    service_id: service.id,
    mechanic_id: booking.mechanicId,
    date: booking.date,
    start: Timestamp.fromMillis(toMillis(slot.start)),
    end: Timestamp.fromMillis(toMillis(slot.end)),
    duration_minutes: slot.end - slot.start,
    buffer_before_minutes: service.buffer_before_minutes,
    buffer_after_minutes: service.buffer_after_minutes,
    location_id: slot.location_id,
    status: "confirmed",
    customer: booking.customer,
    customer_uid: booking.customerUid,
    notes: null,
    created_at: writtenAt,
    updated_at: writtenAt,
    source: "demo",
  };
}
