import type { Booking } from "../../bookings/booking.ts";
import { listAppointment, strandedBy } from "../../bookings/outside-hours.ts";
import { exceptionInvalidation } from "../../catalog/exceptions/exception-invalidation.ts";
import {
  mechanicSchema,
  WHOLE_SHOP,
  type Exception,
  type Mechanic,
  type Shop,
} from "../../catalog/schema.ts";
import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";
import { readDocuments } from "../../platform/firestore/documents.ts";
import { warn } from "../../platform/errors.ts";
import { groupBy } from "../../platform/group-by.ts";
import type { ManagementTransaction } from "../management-store.ts";
import { exceptionsAround, upcomingBookings } from "../upcoming-appointments.ts";

/** One exception before and after a change of it. Undefined: there is none. */
export interface ExceptionChange {
  readonly before: Exception | undefined;
  readonly after: Exception | undefined;
}

/** Whose exceptions are changed: a mechanic's, or (`mechanic` undefined) the whole shop's. */
export interface ExceptionOwner {
  readonly shop: Shop;
  readonly mechanic: Mechanic | undefined;
}

/** The dates on which bookings start that a change can concern. No end: null. */
interface Window {
  readonly from: PlainDate;
  readonly to: PlainDate | null;
}

/** No booking starts later. */
const LAST_BOOKABLE = "9998-12-31";

/** Finds the appointments that changes of exceptions leave outside open time. */
export class ConflictCheck {
  private constructor(
    private readonly shop: Shop,
    private readonly bookings: ReadonlyMap<Mechanic | undefined, readonly Booking[]>,
    private exceptions: readonly Exception[],
  ) {}

  /** Reads, in the transaction, the upcoming bookings that the changes can concern, and all that decides their hours. */
  static async read(
    tx: ManagementTransaction,
    { shop, mechanic }: ExceptionOwner,
    changes: readonly ExceptionChange[],
  ): Promise<ConflictCheck> {
    const bookings = await readBookings(tx, { shop, mechanic }, changes);
    if (bookings.length === 0) return new ConflictCheck(shop, new Map(), []);
    const mechanics = mechanic
      ? [mechanic]
      : readDocuments(await tx.query(tx.paths.mechanics), mechanicSchema);
    const known = new Map(mechanics.map((one) => [one.id, one]));
    const concerning = { zone: shop.time_zone, mechanicId: mechanic?.id };
    return new ConflictCheck(
      shop,
      groupBy(bookings, (booking) => known.get(booking.mechanic_id)),
      await exceptionsAround(tx, bookings, concerning),
    );
  }

  /** Returns the appointments that the changes, made together, leave outside open time, by start. */
  strandedBy(changes: readonly ExceptionChange[]): Booking[] {
    const window = windowOf(changes);
    if (!window) return [];
    const after = applied(this.exceptions, changes);
    const stranded: Booking[] = [];
    for (const [mechanic, bookings] of this.bookings) {
      // Without a mechanic there is no open time, before and after.
      if (!mechanic) continue;
      const own = (all: readonly Exception[]) =>
        all.filter(({ mechanic_id }) => mechanic_id === mechanic.id || mechanic_id === WHOLE_SHOP);
      const concerned = bookings.filter(({ start }) => isIn(window, dateOf(this.shop.time_zone, start)));
      stranded.push(
        ...strandedBy(
          { shop: this.shop, mechanic, exceptions: own(this.exceptions) },
          { shop: this.shop, mechanic, exceptions: own(after) },
          concerned,
        ),
      );
    }
    return stranded.sort((a, b) => a.start - b.start);
  }

  /** Counts the changes as made, for the checks that follow. */
  accept(changes: readonly ExceptionChange[]): void {
    this.exceptions = applied(this.exceptions, changes);
  }

  /** Returns the warning that lists the appointments: at most `most`, and how many more there are. */
  warnOf(stranded: readonly Booking[], most = Infinity): ReturnType<typeof warn> {
    const listed = stranded.slice(0, most);
    return warn("appointment_conflicts", {
      conflicting_appointments: listed.map((one) => listAppointment(this.shop.time_zone, one)),
      ...(listed.length < stranded.length && { not_listed: stranded.length - listed.length }),
    });
  }
}

async function readBookings(
  tx: ManagementTransaction,
  { shop, mechanic }: ExceptionOwner,
  changes: readonly ExceptionChange[],
): Promise<Booking[]> {
  const window = windowOf(changes);
  if (!window) return [];
  const filter = {
    ...(mechanic && { mechanicId: mechanic.id }),
    from: dayBounds(shop.time_zone, window.from).start,
    ...(window.to !== null && { to: dayBounds(shop.time_zone, window.to).end }),
  };
  return upcomingBookings(tx, filter);
}

/** The dates of the changes and their neighbours, whose shifts may be joined with theirs over midnight. */
function windowOf(changes: readonly ExceptionChange[]): Window | null {
  const concerned = changes
    .filter(({ before, after }) => exceptionInvalidation(before, after).kind !== "none")
    .flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  if (concerned.length === 0) return null;
  const from = concerned.map(({ from_date }) => from_date).sort()[0]!;
  const ends = concerned.map(({ to_date }) => to_date ?? LAST_BOOKABLE).sort();
  const last = ends.at(-1)!;
  return { from: addDays(from, -1), to: last >= LAST_BOOKABLE ? null : addDays(last, 1) };
}

function isIn({ from, to }: Window, date: PlainDate): boolean {
  return from <= date && (to === null || date <= to);
}

function applied(
  exceptions: readonly Exception[],
  changes: readonly ExceptionChange[],
): readonly Exception[] {
  const changed = new Set(changes.flatMap(({ before, after }) => [before?.id, after?.id]));
  return [...exceptions.filter(({ id }) => !changed.has(id)), ...changes.flatMap(({ after }) => after ?? [])];
}
