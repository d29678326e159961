import { createHash } from "node:crypto";
import type { Operation, Seen } from "./history.ts";
import type { Snapshot } from "./snapshot.ts";
import { minutes } from "../../functions/src/engine/units.ts";

type Stored = Snapshot["bookings"][number];

/** Answers against documents: what was granted is there, what was refused is not, one key is one booking. */
export function checkAnswers(history: readonly Operation[], snapshot: Snapshot): string[] {
  return [
    ...unexpectedAnswers(history),
    ...bookingProblems(history, snapshot),
    ...history.flatMap(keyProblems),
    ...fateProblems(history, snapshot),
    ...holdProblems(history, snapshot),
  ];
}

/** Nothing may be answered 5xx but 503. */
function unexpectedAnswers(history: readonly Operation[]): string[] {
  return history.flatMap(({ id, kind, statuses }) =>
    statuses
      .filter((status) => status >= 500 && status !== 503)
      .map((status) => `${kind} ${id} answered ${status}`),
  );
}

/** Every booking there is was asked for once, and not refused. */
function bookingProblems(history: readonly Operation[], { bookings }: Snapshot): string[] {
  const asked = new Map(history.filter(({ kind }) => kind === "book").map((one) => [one.id, one]));
  const made = new Map<string, string>();
  return bookings.flatMap((booking) => {
    const operation = asked.get(booking.notes ?? "");
    if (!operation) return [`nobody asked for booking ${booking.id}`];
    const other = made.get(operation.id);
    made.set(operation.id, booking.id);
    return [
      ...(operation.outcome === "refused"
        ? [`booking ${booking.id} is there, but was refused (${operation.id})`]
        : []),
      ...(other === undefined
        ? []
        : [`one key made two bookings: ${other} and ${booking.id} (${operation.id})`]),
      ...(operation.bookingId !== null && operation.bookingId !== booking.id
        ? [`${operation.id} was answered ${operation.bookingId}, but made ${booking.id}`]
        : []),
    ];
  });
}

function keyProblems({ id, bookingIds }: Operation): string[] {
  const different = new Set(bookingIds);
  return different.size > 1
    ? [`one key was answered with several bookings: ${[...different].join(", ")} (${id})`]
    : [];
}

/**
 * Follows each booking through what its client did with it, one operation after the other. Every answer must show what
 * the operations before it make of it, and in the end it must be what they made of it.
 */
function fateProblems(history: readonly Operation[], { bookings }: Snapshot): string[] {
  const stored = new Map(bookings.map((booking) => [booking.id, booking]));
  const own = new Map<string, Operation[]>();
  for (const operation of [...history].sort((a, b) => a.startedAt - b.startedAt)) {
    if (operation.bookingId === null) continue;
    const list = own.get(operation.bookingId);
    if (list) list.push(operation);
    else own.set(operation.bookingId, [operation]);
  }
  return [...own].flatMap(([bookingId, operations]) => {
    const made = operations.find(({ kind, outcome }) => kind === "book" && outcome === "done");
    if (!made) return [`operations on booking ${bookingId}, which nobody was told of`];
    const last = stored.get(bookingId);
    if (!last) return [`booking ${bookingId} was granted and is not there (${made.id})`];
    return follow(bookingId, operations, last);
  });
}

function follow(bookingId: string, operations: readonly Operation[], last: Stored): string[] {
  const problems: string[] = [];
  let possible: string[] = [];
  for (const { id, kind, outcome, seen, wanted } of operations) {
    const shown = seen && textOf(seen);
    if (kind === "view") {
      if (outcome === "done" && shown && !possible.includes(shown)) {
        problems.push(`view ${id} showed ${shown}, not ${possible.join(" or ")} (${bookingId})`);
      }
      // A booking that was granted cannot be refused to its own client.
      if (outcome === "refused") problems.push(`view ${id} did not find booking ${bookingId}`);
    } else if (outcome === "done" && shown) possible = [shown];
    else if (outcome === "maybe" && kind === "cancel") {
      possible = [...possible, ...possible.map((text) => text.replace("confirmed", "cancelled_by_customer"))];
    } else if (outcome === "maybe" && kind === "reschedule" && wanted) {
      possible = [...possible, ...possible.map((text) => movedTo(text, wanted))];
    }
  }
  const now = textOf({
    id: last.id,
    status: last.status,
    mechanicId: last.mechanic_id,
    start: minutes(last.start / 60_000),
    end: minutes(last.end / 60_000),
  });
  if (!possible.includes(now)) problems.push(`booking ${bookingId} is ${now}, not ${possible.join(" or ")}`);
  return problems;
}

function textOf({ status, mechanicId, start, end }: Seen): string {
  return `${status} ${mechanicId} ${start}-${end}`;
}

function movedTo(
  text: string,
  { mechanicId, start, durationMinutes }: NonNullable<Operation["wanted"]>,
): string {
  const [status = "", mechanic = ""] = text.split(" ");
  return `${status} ${mechanicId ?? mechanic} ${start}-${start + durationMinutes}`;
}

/** A hold that was granted, and neither given back nor used nor over, is there; every hold there was asked for. */
function holdProblems(history: readonly Operation[], { holds, now }: Snapshot): string[] {
  const problems: string[] = [];
  const there = new Map(holds.map((hold) => [hold.id, hold]));
  const ended = new Set<string>();
  for (const { kind, outcome, holdId } of history) {
    if ((kind === "release" || kind === "book") && outcome !== "refused" && holdId !== null)
      ended.add(holdId);
  }
  const granted = history.filter(({ kind, outcome }) => kind === "hold" && outcome === "done");
  for (const { id, holdId, reservedUntil } of granted) {
    if (holdId === null || ended.has(holdId) || (reservedUntil ?? 0) <= now) continue;
    if (!there.has(holdId)) problems.push(`hold ${holdId} was granted and is not there (${id})`);
  }
  for (const { kind, outcome, holdId, id } of history) {
    const gone = kind === "release" || kind === "book";
    if (gone && outcome === "done" && holdId !== null && there.has(holdId)) {
      problems.push(`hold ${holdId} is there, though ${kind} ${id} ended it`);
    }
  }
  const sessions = new Set(
    history
      .filter(({ kind, outcome }) => kind === "hold" && outcome !== "refused")
      .map(({ sessionId }) => sessionId ?? ""),
  );
  for (const hold of holds.filter(({ expires_at }) => expires_at > now)) {
    const asked = [...sessions].some((session) => hashes(hold.session_hash, session));
    if (!asked) problems.push(`hold ${hold.id} is there, but was granted to nobody`);
  }
  return problems;
}

const known = new Map<string, string>();

/** Sessions are stored as hashes over shop and session; the history's shop is the only one. */
function hashes(hash: string, session: string): boolean {
  let own = known.get(session);
  if (own === undefined) {
    own = createHash("sha256")
      .update(JSON.stringify(["soak", session]))
      .digest("base64url");
    known.set(session, own);
  }
  return own === hash;
}
