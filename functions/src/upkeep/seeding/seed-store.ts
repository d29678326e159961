import { FieldValue, Timestamp, type Firestore } from "firebase-admin/firestore";
import { appendToAudit, type Actor } from "../../audit/trail.ts";
import type { LegacySlot } from "../../availability/day/day.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { isLostPrecondition } from "../../platform/firestore/retry.ts";
import type { Cost, Scope } from "../../platform/scope.ts";

/** One day in the old format. */
export interface SeededDay {
  readonly date: PlainDate;
  readonly slots: readonly LegacySlot[];
  /** The epoch that was read before the slots were computed. */
  readonly epoch: number;
  readonly catalogVersion: number;
  readonly seededAt: Millis;
  readonly endsAt: Millis;
}

/** Which dates were seeded, and who asked for it. */
interface Seeding {
  readonly shopId: string;
  readonly dates: readonly PlainDate[];
  readonly actor: Actor;
}

/** Writes days in the old format. */
export class SeedStore {
  constructor(private readonly db: Firestore) {}

  /** Writes the day in place of the stored one; false if the day is not at that version any more. */
  async write(
    shopId: string,
    seed: SeededDay,
    updateTime: Timestamp | undefined,
    cost: Cost,
  ): Promise<boolean> {
    const ref = shopPaths(this.db, shopId).day(seed.date);
    const data = {
      date: seed.date,
      slots: seed.slots,
      epoch: seed.epoch,
      filled_epoch: seed.epoch,
      catalog_version: seed.catalogVersion,
      seeded_at: Timestamp.fromMillis(seed.seededAt),
      // For the TTL policy: the document is of no use after the day is over.
      expires_at: Timestamp.fromMillis(seed.endsAt),
    };
    try {
      if (updateTime === undefined) await ref.create(data);
      else {
        const gone = FieldValue.delete();
        const rest = { generated_dynamically: gone, cached_at: gone, mechanics: gone };
        await ref.update({ ...data, ...rest }, { lastUpdateTime: updateTime });
      }
    } catch (error) {
      if (isLostPrecondition(error)) return false;
      throw error;
    }
    cost.writes += 1;
    return true;
  }

  /** Appends the seeding to the audit trail. */
  async recordInTrail({ shopId, dates, actor }: Seeding, { now, cost }: Scope): Promise<void> {
    const batch = this.db.batch();
    appendToAudit(batch, shopPaths(this.db, shopId).audit, {
      action: "days_seeded",
      actor,
      at: now,
      booking_id: null,
      details: { dates },
    });
    await batch.commit();
    cost.writes += 1;
  }
}
