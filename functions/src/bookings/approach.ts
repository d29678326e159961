import type { Mechanic } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type Refusal } from "../errors.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import type { PlacingTransaction } from "./placing-store.ts";
import { aimAt, checkMechanic, isTaken, place, type Aim, type Claim, type SlotWish } from "./plan.ts";

/** A slot, whom it is wanted of and by whom. */
export interface PlacingWish extends SlotWish {
  readonly serviceId: string;
  readonly mechanicId: string;
  /** The date the slot probably starts on; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
  readonly isGuest: boolean;
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
  const aim = aimed.value;
  const mechanic = checkMechanic(opening.mechanic, aim.service);
  if (!mechanic.ok) return refused(mechanic, aim);
  const known = opening.ledgers.filter(({ date }) => aim.ledgerDates.includes(date));
  const missing = aim.ledgerDates.filter((date) => date !== dateHint);
  const ledgers = [...known, ...(await tx.ledgers(mechanicId, missing))];
  return { kind: "approached", value: { aim, mechanic: mechanic.value, ledgers } };
}

/** Whether the claim fits, and where. One that is taken is refused without reading the exceptions: it answers sooner. */
export async function placeOn(
  tx: PlacingTransaction,
  { aim, mechanic, ledgers }: Approach,
  claim: Claim,
  reachMinutes: number,
  now: number,
): Promise<ReturnType<typeof place>> {
  if (isTaken(aim, ledgers, claim, now)) return { ok: false, why: "slot_taken" };
  const exceptions = await tx.exceptionsAround(mechanic.id, aim.date);
  return place(aim, { mechanic, ledgers, exceptions }, claim, reachMinutes, now);
}
