/** A stretch of one mechanic's time that somebody asked for. */
export interface Wanted {
  /** Null for any mechanic who is free. */
  readonly mechanicId: string | null;
  /** Minutes since the epoch. */
  readonly start: number;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
}

/** What the API showed of a booking. */
export interface Seen {
  readonly id: string;
  readonly status: string;
  readonly mechanicId: string;
  /** Minutes since the epoch. */
  readonly start: number;
  /** Minutes since the epoch. */
  readonly end: number;
}

/**
 * What became of an operation, as its client knows it. `maybe`: at least one request was never answered, or answered
 * that nobody knows, and no later one was answered that it is done.
 */
export type Outcome = "done" | "refused" | "maybe";

/** One operation of one client, its repetitions included. Times are milliseconds since the epoch. */
export interface Operation {
  /** Unique; a booking carries it in its notes. */
  readonly id: string;
  readonly kind: "book" | "hold" | "release" | "cancel" | "reschedule" | "view";
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** The error of the last answer, if that was one. */
  readonly error: string | null;
  /** Every answer's status, in the order in which they came; 0 where none came. */
  readonly statuses: readonly number[];
  /** Which booking; for `book`, once it is known. */
  readonly bookingId: string | null;
  /** Every booking id that answers to this operation named: one key must make one booking. */
  readonly bookingIds: readonly string[];
  readonly wanted: Wanted | null;
  readonly seen: Seen | null;
  readonly holdId: string | null;
  readonly sessionId: string | null;
  /** When a hold that was granted ends by itself. */
  readonly reservedUntil: number | null;
}
