import type { DocumentSnapshot } from "firebase-admin/firestore";
import type { z } from "zod";
import { bookingDocumentSchema } from "../bookings/booking-record.ts";
import { readOccupancy } from "../bookings/occupancy.ts";
import { closureOf, FIRST_DATE, type Closure } from "../catalog/exceptions/unreadable-exception.ts";
import { exceptionSchema, mechanicSchema, serviceSchema, shopSchema, WHOLE_SHOP } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { ledgerAddress, ledgerSchema } from "../ledger/ledger-document.ts";
import { idSchema } from "../platform/http/fields.ts";
import { describeIssues } from "./describe-issues.ts";

/** A document that cannot be read, why, and what the API does about it. */
export interface Problem {
  readonly problem: string;
  readonly effect: string;
}

/** Returns the problem of a document; null if it has none, or one without effect from `today` on. */
export type Check = (snapshot: DocumentSnapshot, today: PlainDate) => Problem | null;

export const checkShop: Check = (snapshot) => {
  const problem = mismatch(snapshot, shopSchema);
  return problem === null
    ? null
    : { problem, effect: "every request to the shop answers shop_misconfigured" };
};

export const checkService: Check = (snapshot) => bookable(snapshot, serviceSchema, "service");
export const checkMechanic: Check = (snapshot) => bookable(snapshot, mechanicSchema, "mechanic");

function bookable(snapshot: DocumentSnapshot, schema: z.ZodType, what: string): Problem | null {
  const id = idSchema.safeParse(snapshot.id);
  const problem = id.success ? mismatch(snapshot, schema) : "no request can name its id";
  return problem === null ? null : { problem, effect: `${what} ${snapshot.id} cannot be booked` };
}

export const checkException: Check = (snapshot, today) => {
  const problem = mismatch(snapshot, exceptionSchema);
  if (problem === null) return null;
  const closure = closureOf(snapshot.data() ?? {});
  if (!closure) return { problem, effect: "nothing is closed: it names neither a mechanic nor a date" };
  const isOver = closure.to_date !== null && closure.to_date < today;
  return isOver ? null : { problem, effect: effectOf(closure) };
};

function effectOf({ mechanic_id, from_date, to_date, rrule }: Closure): string {
  const whom = mechanic_id === WHOLE_SHOP ? "the whole shop" : mechanic_id;
  const dates = rrule === null ? "every date" : "every date of its rule";
  if (from_date === to_date) return `${from_date} is closed for ${whom}`;
  const from = from_date === FIRST_DATE ? "" : ` from ${from_date}`;
  const to = to_date === null ? "" : ` until ${to_date}`;
  return `${dates}${from}${to} is closed for ${whom}`;
}

export const checkLedger: Check = (snapshot) => {
  const problem = mismatch(snapshot, ledgerSchema);
  const address = ledgerAddress(snapshot.id);
  if (!address) return { problem: "its id is not {mechanic}_{date}", effect: "it is not read" };
  if (problem === null) return null;
  return {
    problem,
    effect: `${address.date} is closed for ${address.mechanic_id}; its bookings cannot be changed`,
  };
};

export const checkBooking: Check = (snapshot) => {
  const problem = mismatch(snapshot, bookingDocumentSchema);
  if (problem === null) return null;
  const time = readOccupancy(snapshot) ? "its time is taken" : "its time is as the ledger has it";
  return { problem, effect: `it is answered as not found; ${time}` };
};

function mismatch(snapshot: DocumentSnapshot, schema: z.ZodType): string | null {
  const data = snapshot.data();
  const result = schema.safeParse(data);
  return result.success ? null : describeIssues(result.error.issues, data);
}
