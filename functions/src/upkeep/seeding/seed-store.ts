import type { Firestore, Timestamp } from "firebase-admin/firestore";
import { appendToAudit, type Actor } from "../../audit/trail.ts";
import { seedWrite, writeUnlessChanged, type SeededDay } from "../../availability/day/epoch-protocol.ts";
import type { PlainDate } from "../../engine/types.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import type { Retention } from "../../platform/firestore/retention.ts";
import type { Cost, Scope } from "../../platform/scope.ts";

/** Which dates were seeded, and who asked for it. */
interface Seeding {
  readonly shopId: string;
  readonly dates: readonly PlainDate[];
  readonly actor: Actor;
}

/** Writes days in the old format. */
export class SeedStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  /** Writes the day in place of the stored one; false if the day is not at that version any more. */
  async write(
    shopId: string,
    seed: SeededDay,
    updateTime: Timestamp | undefined,
    cost: Cost,
  ): Promise<boolean> {
    const ref = shopPaths(this.db, shopId).day(seed.date);
    const written = await writeUnlessChanged(ref, seedWrite(seed), updateTime);
    if (written) cost.writes += 1;
    return written;
  }

  /** Appends the seeding to the audit trail. */
  async recordInTrail({ shopId, dates, actor }: Seeding, { now, cost }: Scope): Promise<void> {
    const batch = this.db.batch();
    const trail = { entries: shopPaths(this.db, shopId).audit, retention: this.retention };
    appendToAudit(batch, trail, {
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
