import { busyOf } from "../../functions/src/availability/day/day.ts";
import { mechanicOpenTime } from "../../functions/src/availability/generation/generate-days.ts";
import { slotRules } from "../../functions/src/availability/answers/slot-rules.ts";
import { WHOLE_SHOP, type Mechanic, type Service, type Shop } from "../../functions/src/catalog/schema.ts";
import { addDays, eachDate } from "../../functions/src/engine/dates.ts";
import { freeSlots } from "../../functions/src/engine/slots.ts";
import type { MechanicDay, OpenInterval, PlainDate, Slot } from "../../functions/src/engine/types.ts";
import { dateOf, dayBounds } from "../../functions/src/engine/zone.ts";
import {
  emptyLedger,
  loadOn,
  withEntry,
  type DayLedger,
  type LedgerEntry,
} from "../../functions/src/ledger/ledger.ts";
import type { DemoException } from "./exceptions.ts";
import type { DemoOptions } from "./options.ts";
import { randomOf, type Random } from "./random.ts";
import { millis, minutes } from "../../functions/src/engine/units.ts";

/** An appointment of the demo shop, as plain values. */
export interface DemoBooking {
  readonly id: string;
  readonly mechanicId: string;
  readonly date: PlainDate;
  readonly service: Service;
  readonly slot: Slot;
  readonly customer: { readonly name: string; readonly email: string; readonly phone: string };
  /** The user of `npm run token -- --role customer` for some bookings, null (a guest) for the others. */
  readonly customerUid: string | null;
}

/** One mechanic's bookings, and the ledgers with their entries. */
export interface MechanicBookings {
  readonly bookings: readonly DemoBooking[];
  readonly ledgers: readonly DayLedger[];
}

const CUSTOMERS = [
  "陳小姐",
  "Linus Berg",
  "Mary Jackson",
  "José Núñez",
  "Amara Okafor",
  "Kim Min-jun",
  "Zoë O'Neill",
];
const LOCAL_CUSTOMER = "local-customer";
/** Attempts per booking before the day counts as full: a long service may not fit where a short one does. */
const MAX_ATTEMPTS = 4;

/** What the bookings of one mechanic follow from, besides the options. */
interface MechanicSources {
  readonly shop: Shop;
  readonly services: readonly Service[];
  readonly mechanic: Mechanic;
  readonly exceptions: readonly DemoException[];
}

/** Books free slots of the mechanic, date by date, as the engine finds them. */
export function mechanicBookings(
  options: DemoOptions,
  { shop, services, mechanic, exceptions }: MechanicSources,
): MechanicBookings {
  const offered = services.filter(({ id, active }) => active && mechanic.specialties.includes(id));
  const own = exceptions.filter(({ mechanic_id: id }) => id === mechanic.id || id === WHOLE_SHOP);
  const ledgers = new Map<PlainDate, DayLedger>();
  const bookings: DemoBooking[] = [];
  for (const date of eachDate(options.from, addDays(options.from, options.days - 1))) {
    const open = mechanicOpenTime(shop, mechanic, own, date);
    const random = randomOf(options.shop, mechanic.id, date);
    for (let number = 1; number <= options.bookingsPerDay; number++) {
      const found = findSlot(dayOf({ shop, mechanic, date, open, ledgers }), offered, random);
      if (!found) break;
      const booking: DemoBooking = {
        id: `demo_${mechanic.id}_${date}_${number}`,
        mechanicId: mechanic.id,
        date,
        ...found,
        customer: customerOf(random),
        customerUid: random.below(4) === 0 ? LOCAL_CUSTOMER : null,
      };
      bookings.push(booking);
      enterInLedgers(ledgers, booking, shop.time_zone);
    }
  }
  return { bookings, ledgers: [...ledgers.values()] };
}

interface DateToFill {
  readonly shop: Shop;
  readonly mechanic: Mechanic;
  readonly date: PlainDate;
  readonly open: readonly OpenInterval[];
  readonly ledgers: ReadonlyMap<PlainDate, DayLedger>;
}

/** The mechanic's day as the engine takes it, with the bookings made so far. */
function dayOf({ shop, mechanic, date, open, ledgers }: DateToFill) {
  const near = [-1, 0, 1].flatMap((days) => ledgers.get(addDays(date, days)) ?? []);
  const today = ledgers.get(date);
  const day: MechanicDay = {
    open,
    busy: near.flatMap((ledger) => busyOf(ledger.entries)),
    ...loadOn(today, dayBounds(shop.time_zone, date)),
    max_bookings_per_day: mechanic.max_bookings_per_day,
  };
  return { shop, date, day };
}

function findSlot(
  { shop, date, day }: ReturnType<typeof dayOf>,
  offered: readonly Service[],
  random: Random,
): { service: Service; slot: Slot } | undefined {
  if (day.open.length === 0) return undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const service = random.pick(offered);
    const durationMinutes = random.pick(service.durations_minutes);
    const slots = freeSlots(day, slotRules(shop, date, { service, durationMinutes }, millis(0)));
    if (slots.length > 0) return { service, slot: random.pick(slots) };
  }
  return undefined;
}

/** Adds the booking to its ledgers: to both dates' when its buffers cross midnight. */
function enterInLedgers(ledgers: Map<PlainDate, DayLedger>, booking: DemoBooking, zone: string): void {
  const entry = ledgerEntry(booking);
  for (const date of new Set([dateOf(zone, entry.start), dateOf(zone, minutes(entry.end - 1))])) {
    ledgers.set(
      date,
      withEntry(ledgers.get(date) ?? emptyLedger(booking.mechanicId, date), entry, millis(0)),
    );
  }
}

function ledgerEntry({ id, service, slot }: DemoBooking): LedgerEntry {
  return {
    kind: "booking",
    id,
    start: minutes(slot.start - service.buffer_before_minutes),
    end: minutes(slot.end + service.buffer_after_minutes),
    slot_start: slot.start,
    slot_end: slot.end,
    location_id: slot.location_id,
    expires_at: null,
  };
}

function customerOf(random: Random): DemoBooking["customer"] {
  const number = random.below(10_000);
  const digits = String(number).padStart(4, "0");
  return {
    name: random.pick(CUSTOMERS),
    email: `customer${digits}@example.com`,
    phone: `+1 212 555 ${digits}`,
  };
}
