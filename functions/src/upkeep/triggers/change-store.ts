import type { DocumentSnapshot, Firestore, Timestamp } from "firebase-admin/firestore";
import {
  EPOCH_FIELDS,
  includesChange,
  invalidate,
  raiseCatalogVersion,
} from "../../availability/day/epoch-protocol.ts";
import {
  mechanicInvalidation,
  NOTHING,
  serviceInvalidation,
  WHOLE_CATALOG,
  type Invalidation,
} from "../../catalog/invalidation.ts";
import { exceptionSchema, mechanicSchema, serviceSchema } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { exceptionInvalidation } from "../../catalog/exceptions/exception-invalidation.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";

/** A document that was written, by whomever: as it was, as it is, and when by Firestore's own clock. */
export interface Change {
  readonly before: DocumentSnapshot | undefined;
  readonly after: DocumentSnapshot | undefined;
  readonly at: Timestamp;
}

/**
 * Bumps what a change calls for, unless that has been done: the API bumps in the commit of its own changes, an
 * earlier event may have covered this one, and events come more than once. None of that needs a memory of its own.
 * What was bumped, or read anew, after the commit of the change is right already, and Firestore's timestamps tell.
 * So every method may be repeated and called in any order; each returns what it has bumped.
 */
export class ChangeStore {
  constructor(private readonly db: Firestore) {}

  async serviceWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    const invalidation = serviceInvalidation(read(before, serviceSchema), read(after, serviceSchema));
    return this.#settle(shopId, invalidation, at);
  }

  async mechanicWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    const invalidation = mechanicInvalidation(read(before, mechanicSchema), read(after, mechanicSchema));
    return this.#settle(shopId, invalidation, at);
  }

  /**
   * Queries order exceptions by their end, and do not find one that leaves it out: it says nothing yet. It is given the
   * open end that its schema reads into it, and what that write makes stale is for that write's own event to tell.
   */
  async exceptionWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    if (after && lacksEnd(after)) await this.#giveOpenEnd(after);
    const invalidation = exceptionInvalidation(readException(before), readException(after));
    return this.#settle(shopId, invalidation, at);
  }

  async #giveOpenEnd(exception: DocumentSnapshot): Promise<void> {
    if (!readDocument(exception, exceptionSchema)) return;
    await this.db.runTransaction(async (tx) => {
      const now = await tx.get(exception.ref);
      // Written again since: then that write's own event is the one to look at.
      if (lacksEnd(now) && isSameVersion(now, exception)) tx.update(exception.ref, { to_date: null });
    });
  }

  /**
   * A shop whose version has risen was bumped by whoever wrote it. Any other write of the shop is followed by a bump,
   * even one of the name alone: `#settle` relies on it. A version that went back would revive days cached under it.
   */
  async shopWritten(shopId: string, { before, after }: Change): Promise<Invalidation> {
    if (!before?.exists || !after?.exists) return NOTHING;
    const [old, current] = [versionOf(before), versionOf(after)];
    if (current > old) return NOTHING;
    const { shop } = shopPaths(this.db, shopId);
    return this.db.runTransaction(async (tx) => {
      const now = await tx.get(shop);
      // Written again since: then that write's own event is the one to look at.
      if (!isSameVersion(now, after)) return NOTHING;
      raiseCatalogVersion(tx, shop, old);
      return WHOLE_CATALOG;
    });
  }

  async #settle(shopId: string, invalidation: Invalidation, at: Timestamp): Promise<Invalidation> {
    switch (invalidation.kind) {
      case "none":
        return NOTHING;
      case "catalog":
        return this.#bumpCatalog(shopId, at);
      case "days":
        return this.#bumpDays(shopId, invalidation.dates, at);
    }
  }

  /** A shop that was written with the change, or after it, has had its version bumped since. */
  async #bumpCatalog(shopId: string, at: Timestamp): Promise<Invalidation> {
    const paths = shopPaths(this.db, shopId);
    return this.db.runTransaction(async (tx) => {
      const { updateTime } = await tx.get(paths.shop);
      if (!updateTime || isSince(updateTime, at)) return NOTHING;
      invalidate(tx, paths, WHOLE_CATALOG);
      return WHOLE_CATALOG;
    });
  }

  async #bumpDays(shopId: string, dates: readonly PlainDate[], at: Timestamp): Promise<Invalidation> {
    const paths = shopPaths(this.db, shopId);
    return this.db.runTransaction(async (tx) => {
      const refs = dates.map((date) => paths.day(date));
      const days = await tx.getAll(...refs, { fieldMask: EPOCH_FIELDS });
      const stale = dates.filter((_, index) => {
        const day = days[index];
        return !day || !includesChange(day, at);
      });
      if (stale.length === 0) return NOTHING;
      const invalidation: Invalidation = { kind: "days", dates: stale };
      invalidate(tx, paths, invalidation);
      return invalidation;
    });
  }
}

function read<S extends Parameters<typeof readDocument>[1]>(
  snapshot: DocumentSnapshot | undefined,
  schema: S,
) {
  return snapshot && readDocument(snapshot, schema);
}

function readException(snapshot: DocumentSnapshot | undefined) {
  return snapshot && !lacksEnd(snapshot) ? readDocument(snapshot, exceptionSchema) : undefined;
}

function lacksEnd(exception: DocumentSnapshot): boolean {
  return exception.exists && exception.get("to_date") === undefined;
}

function isSameVersion(a: DocumentSnapshot, b: DocumentSnapshot): boolean {
  return a.updateTime !== undefined && b.updateTime?.isEqual(a.updateTime) === true;
}

function versionOf(shop: DocumentSnapshot): number {
  const version: unknown = shop.get("catalog_version");
  return typeof version === "number" ? version : 0;
}

/** Timestamps compare as text, exactly. */
function isSince(time: Timestamp, moment: Timestamp): boolean {
  return time.valueOf() >= moment.valueOf();
}
