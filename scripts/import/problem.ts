/** Why a line is not imported, as the report names it. */
export const REASONS = {
  broken_line: "is not valid CSV or JSON",
  missing_column: "lacks a value that is needed",
  invalid_value: "has a value that cannot be read",
  unknown_mechanic: "names a mechanic that the shop does not have",
  unknown_service: "names a service that the shop does not have",
  unknown_customer: "does not say who the customer is",
  unknown_event: "names a calendar event that the events file does not have",
  unknown_status: "has a status that nothing here corresponds to",
  duplicate_id: "has the id of an earlier line",
  overlapping_intervals: "overlaps an earlier line of the same weekday",
  overlaps_line: "overlaps another booking of the file",
  slot_taken: "overlaps a booking or a hold that the shop has",
  ledger_unreadable: "is on a date whose ledger cannot be read",
} as const;
export type Reason = keyof typeof REASONS;

export interface Problem {
  readonly reason: Reason;
  /** The column that is at fault, where one is. */
  readonly field: string | null;
  readonly message: string;
}

/** Why a line needs no import: it says that something does not exist, or belongs to another kind. */
export type Ignored = "not_available" | "appointment";

/** What a line of the source means here. */
export type Mapped<T> =
  | { readonly kind: "row"; readonly value: T }
  | { readonly kind: "ignored"; readonly why: Ignored }
  | { readonly kind: "skipped"; readonly problem: Problem };

export function row<T>(value: T): Mapped<T> {
  return { kind: "row", value };
}

export function ignored(why: Ignored): { readonly kind: "ignored"; readonly why: Ignored } {
  return { kind: "ignored", why };
}

export function skipped(
  reason: Reason,
  message: string = `The line ${REASONS[reason]}.`,
  field: string | null = null,
): { readonly kind: "skipped"; readonly problem: Problem } {
  return { kind: "skipped", problem: { reason, field, message } };
}
