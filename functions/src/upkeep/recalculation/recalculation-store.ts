import type { Firestore, Timestamp } from "firebase-admin/firestore";
import { appendToAudit } from "../../audit/trail.ts";
import type { MechanicOfDay } from "../../availability/day/day.ts";
import { invalidate, replaceMechanic } from "../../availability/day/epoch-protocol.ts";
import type { PlainDate } from "../../engine/types.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import type { Retention } from "../../platform/firestore/retention.ts";
import type { Cost, Scope } from "../../platform/scope.ts";
import type { RecalculationRequest } from "./recalculation-request.ts";

/** One mechanic's part of a day, and the version of the day that it may be replaced in. */
export interface PartOfDay {
  readonly shopId: string;
  readonly date: PlainDate;
  readonly mechanicId: string;
  readonly updateTime: Timestamp | undefined;
}

/** Discards cached days, or replaces one mechanic's part of them. */
export class RecalculationStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  /** Makes the days of `stale` stale, and records in the audit trail who asked for which dates. */
  async discard(
    { shopId, dates, mechanicId, actor }: RecalculationRequest,
    stale: readonly PlainDate[],
    { now, cost }: Scope,
  ): Promise<void> {
    const paths = shopPaths(this.db, shopId);
    const batch = this.db.batch();
    const writes = invalidate(batch, paths, { kind: "days", dates: stale });
    const trail = { entries: paths.audit, retention: this.retention };
    appendToAudit(batch, trail, {
      action: "days_recalculated",
      actor,
      at: now,
      booking_id: null,
      details: { from_date: dates[0], to_date: dates.at(-1), mechanic_id: mechanicId },
    });
    await batch.commit();
    cost.writes += writes + 1;
  }

  /** Replaces the part, or removes it (undefined); false if the day is not at that version any more. */
  async replacePart(
    { shopId, date, mechanicId, updateTime }: PartOfDay,
    part: MechanicOfDay | undefined,
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
