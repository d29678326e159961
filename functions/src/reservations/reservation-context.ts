import type { Reach } from "../catalog/buffer-reach.ts";
import type { Mechanic } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type Refusal } from "../platform/errors.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import type { PlacingTransaction } from "./reservation-transaction.ts";
import {
  aimAt,
  checkMechanic,
  isTaken,
  place,
  type Aim,
  type Claim,
  type SlotWish,
} from "./decide-reservation.ts";

/** A slot, whom it is wanted of and by whom. */
export interface PlacingWish extends SlotWish {
  readonly serviceId: string;
  readonly mechanicId: string;
  /** The date the slot probably starts on; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
  readonly isGuest: boolean;
  /** A hold that has the slot: where the wish does not say how long, it does. */
  readonly holdId: string | null;
}

/** What a booking and a hold both begin with: shop, service and mechanic allow it, and these ledgers decide. */
export interface Approach {
  readonly aim: Aim;
  readonly mechanic: Mechanic;
  readonly ledgers: readonly DayLedger[];
}

/** `aim` is null where it does not even come to one. */
export interface Refused {
  readonly kind: "refused";
  readonly refusal: Refusal;
  readonly aim: Aim | null;
}

export function refused({ refusal }: { readonly refusal: Refusal }, aim: Aim | null = null): Refused {
  return { kind: "refused", refusal, aim };
}

/** Reads shop, service, mechanic and ledgers, in one round trip unless the date was guessed wrong, and looks at them. */
export async function approach(
  tx: PlacingTransaction,
  wish: PlacingWish,
): Promise<Refused | { readonly kind: "approached"; readonly value: Approach }> {
  const { serviceId, mechanicId, dateHint } = wish;
  const { shop, service, ...opening } = await tx.open(serviceId, mechanicId, [dateHint]);
  if (!shop) return refused(refuse("not_found", "There is no such shop."));
  if (wish.isGuest && !shop.policy.allow_guest_booking) {
    return refused(refuse("unauthenticated", "This shop takes bookings of signed-in customers only."));
  }
  const aimed = aimAt(shop, service, wish);
  if (!aimed.ok) return refused(aimed);
  const mechanic = checkMechanic(opening.mechanic, aimed.value.service);
  if (!mechanic.ok) return refused(mechanic, aimed.value);
  const ledgers = await completed(tx, mechanicId, opening.ledgers, aimed.value);
  const heldMinutes = wish.durationMinutes === null ? heldFor(ledgers, wish.holdId) : null;
  if (heldMinutes === null) return approached(aimed.value, mechanic.value, ledgers);
  const asHeld = aimAt(shop, service, { start: wish.start, durationMinutes: heldMinutes });
  if (!asHeld.ok) return refused(asHeld);
  return approached(asHeld.value, mechanic.value, await completed(tx, mechanicId, ledgers, asHeld.value));
}

function approached(aim: Aim, mechanic: Mechanic, ledgers: readonly DayLedger[]) {
  const deciding = ledgers.filter(({ date }) => aim.ledgerDates.includes(date));
  return { kind: "approached" as const, value: { aim, mechanic, ledgers: deciding } };
}

/** The known ledgers, and those of the aim's that are missing. */
async function completed(
  tx: PlacingTransaction,
  mechanicId: string,
  known: readonly DayLedger[],
  { ledgerDates }: Aim,
): Promise<readonly DayLedger[]> {
  const missing = ledgerDates.filter((date) => !known.some((ledger) => ledger.date === date));
  return missing.length === 0 ? known : [...known, ...(await tx.ledgers(mechanicId, missing))];
}

/** How long the slot is that a hold has, in minutes; null when it stands in none of the ledgers. */
function heldFor(ledgers: readonly DayLedger[], holdId: string | null): number | null {
  const entry = ledgers.flatMap(({ entries }) => entries).find(({ id }) => id === holdId);
  return entry ? entry.slot_end - entry.slot_start : null;
}

/** Whether the claim fits, and where. One that is taken is refused without reading the exceptions: it answers sooner. */
export async function placeOn(
  tx: PlacingTransaction,
  { aim, mechanic, ledgers }: Approach,
  claim: Claim,
  reach: Reach,
  now: number,
): Promise<ReturnType<typeof place>> {
  if (isTaken(aim, ledgers, claim, now)) return { ok: false, why: "slot_taken" };
  const exceptions = await tx.exceptionsAround(mechanic.id, aim.date);
  return place(aim, { mechanic, ledgers, exceptions }, claim, reach, now);
}
