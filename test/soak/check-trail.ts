import type { Operation } from "./history.ts";
import type { Snapshot } from "./snapshot.ts";

type Line = Snapshot["audit"][number];

const TOLD: Readonly<Record<string, string>> = {
  booking_created: "booking_confirmed",
  booking_rescheduled: "booking_rescheduled",
  booking_cancelled: "booking_cancelled",
};

/** The trail tells each booking's whole story, each chapter following from the one before, and the outbox knows it. */
export function checkTrail(history: readonly Operation[], snapshot: Snapshot): string[] {
  // Lines without a booking tell of holds.
  const lines = groupById(snapshot.audit.filter(({ booking_id }) => booking_id !== null));
  const told = groupById(snapshot.notifications);
  const acknowledged = groupById(
    history
      .filter(({ kind, outcome }) => outcome === "done" && (kind === "reschedule" || kind === "cancel"))
      .map(({ bookingId, ...operation }) => ({ ...operation, booking_id: bookingId })),
  );
  const problems = snapshot.bookings.flatMap((booking) => {
    const story = [...(lines.get(booking.id) ?? [])].sort((a, b) => a.at - b.at);
    return [
      ...storyProblems(booking, story),
      ...(acknowledged.get(booking.id) ?? []).flatMap((operation) =>
        acknowledgedProblems(booking.id, operation, story),
      ),
      ...outboxProblems(booking.id, story, told.get(booking.id) ?? []),
    ];
  });
  const ids = new Set(snapshot.bookings.map(({ id }) => id));
  const orphans = [...lines.keys()]
    .filter((id) => !ids.has(id))
    .map((id) => `the trail tells of ${id}, which is not there`);
  return [...problems, ...orphans];
}

function groupById<T extends { readonly booking_id: string | null }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const list = groups.get(row.booking_id ?? "");
    if (list) list.push(row);
    else groups.set(row.booking_id ?? "", [row]);
  }
  return groups;
}

interface Place {
  readonly mechanic_id: string;
  readonly start: number;
  readonly end: number;
}

function placeText(details: unknown): string {
  const { mechanic_id, start, end } = (details ?? {}) as Place;
  return `${mechanic_id} ${start}-${end}`;
}

function storyProblems(booking: Snapshot["bookings"][number], story: readonly Line[]): string[] {
  const [first, ...rest] = story;
  if (first?.action !== "booking_created")
    return [`the trail of ${booking.id} does not begin with its making`];
  let place = placeText(first.details);
  let status = "confirmed";
  const problems: string[] = [];
  for (const { action, details } of rest) {
    if (status !== "confirmed") problems.push(`${action} of ${booking.id} after it was ${status}`);
    if (action === "booking_rescheduled") {
      if (placeText(details["from"]) !== place)
        problems.push(`${booking.id} was moved from where it was not`);
      place = placeText(details["to"]);
    } else if (action === "booking_cancelled") {
      if (placeText(details) !== place) problems.push(`${booking.id} was cancelled where it was not`);
      status = (details["status"] as { to: string }).to;
    } else problems.push(`${action} of ${booking.id}, which nobody did`);
  }
  if (status !== booking.status)
    problems.push(`${booking.id} is ${booking.status}, the trail says ${status}`);
  if (place !== placeText(booking)) problems.push(`${booking.id} is elsewhere than the trail says`);
  return problems;
}

/** Every operation that was answered as done is in the trail. */
function acknowledgedProblems(
  bookingId: string,
  { kind, seen, id }: Pick<Operation, "kind" | "seen" | "id">,
  story: readonly Line[],
): string[] {
  const place = seen && `${seen.mechanicId} ${seen.start * 60_000}-${seen.end * 60_000}`;
  const stands =
    kind === "cancel"
      ? story.some(({ action }) => action === "booking_cancelled")
      : story.some(({ details }) => placeText(details["to"] ?? details) === place);
  return stands ? [] : [`${kind} ${id} of ${bookingId} is not in the trail`];
}

function outboxProblems(
  bookingId: string,
  story: readonly Line[],
  told: Snapshot["notifications"],
): string[] {
  const expected = story.flatMap(({ action }) => TOLD[action] ?? []).sort();
  const found = told.map(({ kind }) => kind).sort();
  if (expected.join() === found.join()) return [];
  return [`the outbox tells ${found.join(", ") || "nothing"} of ${bookingId}, not ${expected.join(", ")}`];
}
