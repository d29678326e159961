import { refuse, type ErrorCode, type Refusal } from "../platform/errors.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";

/** The actions on an existing booking. */
export type Action = "reschedule" | "cancel" | "complete" | "no_show";

/** The role in which a caller acts on a booking. */
export type Role = "customer" | "guest" | "mechanic" | "admin";

interface Transition {
  readonly action: Action;
  readonly by: readonly Role[];
  readonly from: readonly BookingStatus[];
  /** Null: nothing changes, and that is right. */
  readonly to: BookingStatus | null;
  readonly because: string;
}

const CUSTOMERS: readonly Role[] = ["customer", "guest"];
const STAFF: readonly Role[] = ["mechanic", "admin"];
const EVERYBODY: readonly Role[] = [...CUSTOMERS, ...STAFF];
const CANCELLED: readonly BookingStatus[] = ["cancelled_by_customer", "cancelled_by_shop"];

/** All transitions; anything that is not listed is refused. */
export const TRANSITIONS: readonly Transition[] = [
  {
    action: "reschedule",
    by: EVERYBODY,
    from: ["confirmed"],
    to: "confirmed",
    because: "Plans change on both sides; only a confirmed appointment can be moved.",
  },
  {
    action: "cancel",
    by: CUSTOMERS,
    from: ["confirmed"],
    to: "cancelled_by_customer",
    because: "Who cancelled decides what the customer is told and how the shop counts it.",
  },
  {
    action: "cancel",
    by: STAFF,
    from: ["confirmed"],
    to: "cancelled_by_shop",
    because: "A mechanic or an admin cancels for the shop, even at the customer's request.",
  },
  {
    action: "cancel",
    by: EVERYBODY,
    from: CANCELLED,
    to: null,
    because: "Cancelling twice is cancelling once: a repeated request must not fail.",
  },
  {
    action: "complete",
    by: STAFF,
    from: ["confirmed", "no_show"],
    to: "completed",
    because: "Work was done; a customer first marked absent may have come after all.",
  },
  {
    action: "complete",
    by: STAFF,
    from: ["completed"],
    to: null,
    because: "It already is.",
  },
  {
    action: "no_show",
    by: STAFF,
    from: ["confirmed", "completed"],
    to: "no_show",
    because: "The customer did not come; a wrong entry at the counter can be corrected.",
  },
  {
    action: "no_show",
    by: STAFF,
    from: ["no_show"],
    to: null,
    because: "It already is.",
  },
];

export type TransitionDecision =
  | { readonly kind: "to"; readonly status: BookingStatus }
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Looks up what the table says of an action. */
export function decideTransition(action: Action, role: Role, status: BookingStatus): TransitionDecision {
  const rows = TRANSITIONS.filter((row) => row.action === action && row.by.includes(role));
  if (rows.length === 0) return refused("forbidden", "Only the shop's staff may do this.");
  const row = rows.find(({ from }) => from.includes(status));
  if (row) return row.to === null ? { kind: "unchanged" } : { kind: "to", status: row.to };
  if (action === "reschedule" && CANCELLED.includes(status)) return refused("already_cancelled");
  return refused("wrong_status", `The booking is ${status.replaceAll("_", " ")}.`);
}

function refused(error: ErrorCode, message?: string): TransitionDecision {
  return { kind: "refused", refusal: refuse(error, message).refusal };
}
