import type { Firestore } from "firebase-admin/firestore";
import { appendToAudit, type Actor } from "../../audit/trail.ts";
import type { MechanicOfDay } from "../../availability/day/day.ts";
import type { VersionedDay } from "../../availability/day/day-store.ts";
import { invalidate, replaceMechanic } from "../../availability/day/epoch-protocol.ts";
import type { PlainDate } from "../../engine/types.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import type { Cost, Scope } from "../../platform/scope.ts";

/** Throws cached days away, or mends one mechanic's part of them. */
export class RecalculationStore {
  constructor(private readonly db: Firestore) {}

  /** Makes the dates' days stale, and notes in the trail who wanted that and for what. */
  async discard(
    shopId: string,
    stale: readonly PlainDate[],
    details: Readonly<Record<string, unknown>>,
    actor: Actor,
    { now, cost }: Scope,
  ): Promise<void> {
    const paths = shopPaths(this.db, shopId);
    const batch = this.db.batch();
    const writes = invalidate(batch, paths, { kind: "days", dates: stale });
    appendToAudit(batch, paths.audit, {
      action: "days_recalculated",
      actor,
      at: now,
      booking_id: null,
      details,
    });
    await batch.commit();
    cost.writes += writes + 1;
  }

  /** Replaces one mechanic's part of a day, or removes it; false if the day is not at that version any more. */
  async replacePart(
    shopId: string,
    date: PlainDate,
    mechanicId: string,
    part: MechanicOfDay | undefined,
    { updateTime }: VersionedDay,
    cost: Cost,
  ): Promise<boolean> {
    if (!updateTime) return false;
    const replaced = await replaceMechanic(
      shopPaths(this.db, shopId).day(date),
      mechanicId,
      part,
      updateTime,
    );
    if (replaced) cost.writes += 1;
    return replaced;
  }
}
