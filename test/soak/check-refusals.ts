import type { Operation, Wanted } from "./history.ts";

/** Time that somebody had, or may have had, from when to when it may have been theirs. */
interface Claim {
  readonly mechanicId: string;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  until: number;
}

/** The mechanics whose time an unanswered booking without a named mechanic may take. */
const ANYBODY = "*";

/** Every `slot_taken` was answered while another operation may have held the slot. */
export function checkRefusals(history: readonly Operation[]): string[] {
  const claims = claimsIn(history);
  const refused = history.filter(({ outcome, error }) => outcome === "refused" && error === "slot_taken");
  return refused.flatMap(({ id, kind, wanted, startedAt, endedAt }) => {
    // Without a mechanic it was everybody's time that was taken, each at another moment.
    if (!wanted || wanted.mechanicId === null) return [];
    const { start, end } = extentOf(wanted);
    const near = [...(claims.get(wanted.mechanicId) ?? []), ...(claims.get(ANYBODY) ?? [])];
    const explained = near.some(
      (claim) => claim.start < end && start < claim.end && claim.from <= endedAt && startedAt <= claim.until,
    );
    return explained ? [] : [`${kind} ${id} was told that a slot is taken which nobody had`];
  });
}

function extentOf({ start, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes }: Wanted) {
  return { start: start - bufferBeforeMinutes, end: start + durationMinutes + bufferAfterMinutes };
}

function claimsIn(history: readonly Operation[]): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  const held = new Map<string, Claim[]>();
  const end = (key: string | null, at: number) => {
    for (const claim of (key && held.get(key)) || []) claim.until = Math.min(claim.until, at);
  };
  for (const one of [...history].sort((a, b) => a.startedAt - b.startedAt)) {
    const { kind, outcome, wanted, seen, startedAt, endedAt, bookingId, holdId } = one;
    if (outcome === "refused" || kind === "view") continue;
    // What an operation ended was somebody's until it was answered, at the latest.
    if (outcome === "done" && (kind === "cancel" || kind === "reschedule")) end(bookingId, endedAt);
    if (outcome === "done" && (kind === "release" || kind === "book")) end(holdId, endedAt);
    if (!wanted) continue;
    const mechanicId = seen?.mechanicId ?? wanted.mechanicId ?? ANYBODY;
    const until = kind === "hold" && outcome === "done" ? lastMomentOf(one) : Infinity;
    const claim = { mechanicId, ...extentOf(wanted), from: startedAt, until };
    push(claims, mechanicId, claim);
    const key = kind === "hold" ? holdId : bookingId;
    if (key !== null) push(held, key, claim);
  }
  return claims;
}

/** Until when a hold may have been in the way: a request that was never answered may have extended it unseen. */
function lastMomentOf({ reservedUntil, statuses }: Operation): number {
  if (reservedUntil === null || statuses.some((status) => status === 0 || status === 503)) return Infinity;
  // The client is told whole seconds, rounded down.
  return reservedUntil + 1_000;
}

function push(map: Map<string, Claim[]>, key: string, claim: Claim): void {
  const list = map.get(key);
  if (list) list.push(claim);
  else map.set(key, [claim]);
}
