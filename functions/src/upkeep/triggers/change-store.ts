import { isDeepStrictEqual } from "node:util";
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
import { isTimeZone } from "../../engine/zone.ts";
import { exceptionInvalidation } from "../../catalog/exceptions/exception-invalidation.ts";
import { readException } from "../../catalog/exceptions/read-exceptions.ts";
import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { isWrittenWithDays, ledgerAddress } from "../../ledger/ledger-document.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { closeUnreadable, needsClosure } from "./unreadable-exceptions.ts";

/** A written document, before and after, and the time of the write by Firestore's clock. */
export interface Change {
  readonly before: DocumentSnapshot | undefined;
  readonly after: DocumentSnapshot | undefined;
  readonly at: Timestamp;
}

/**
 * Bumps what a change has made stale, unless that has been done: the API bumps in the commit of its own changes, an
 * earlier event may have covered this one, and events are delivered more than once. Firestore's timestamps suffice to
 * tell: what was bumped, or read again, after the commit of the change is correct already. Every method may be
 * repeated and called in any order; each returns what it has bumped.
 */
export class ChangeStore {
  constructor(private readonly db: Firestore) {}

  async serviceWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    const invalidation = serviceInvalidation(read(before, serviceSchema), read(after, serviceSchema));
    return this.#bumpUnlessDone(shopId, invalidation, at);
  }

  async mechanicWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    const invalidation = mechanicInvalidation(read(before, mechanicSchema), read(after, mechanicSchema));
    return this.#bumpUnlessDone(shopId, invalidation, at);
  }

  /**
   * Queries order exceptions by their end and do not find one without the field, so it has no effect yet. This adds the
   * field with the schema's default, null; the event of that write then invalidates what it makes stale.
   *
   * Nor do queries find an unreadable exception everywhere it closes. Another document, `unreadable-{id}`, closes that
   * for as long as the exception cannot be read.
   */
  async exceptionWritten(shopId: string, { before, after, at }: Change): Promise<Invalidation> {
    if (after && lacksEnd(after)) await this.#giveOpenEnd(after);
    const ref = after?.ref ?? before?.ref;
    if (ref && (needsClosure(before) || needsClosure(after))) await closeUnreadable(this.db, ref);
    const invalidation = exceptionInvalidation(readFound(before), readFound(after));
    return this.#bumpUnlessDone(shopId, invalidation, at);
  }

  /**
   * The days around a ledger's date; nothing if the ledger was written with them. Where fields of the ledger contradict
   * its id, by which transactions read it, they are corrected first, because queries go by the date.
   */
  async ledgerWritten(
    shopId: string,
    ledgerId: string,
    { before, after, at }: Change,
  ): Promise<Invalidation> {
    const address = ledgerAddress(ledgerId);
    if (!address || isWrittenWithDays(before, after)) return NOTHING;
    if (after?.exists && !isDeepStrictEqual(fieldsOf(after, address), address)) {
      await this.#correct(after, address);
    }
    const { date } = address;
    return this.#bumpDays(shopId, [addDays(date, -1), date, addDays(date, 1)], at);
  }

  async #correct(ledger: DocumentSnapshot, address: Readonly<Record<string, string>>): Promise<void> {
    await this.db.runTransaction(async (tx) => {
      const now = await tx.get(ledger.ref);
      // Written again since: the event of that write handles it.
      if (isSameVersion(now, ledger)) tx.update(ledger.ref, address);
    });
  }

  async #giveOpenEnd(exception: DocumentSnapshot): Promise<void> {
    if (!readDocument(exception, exceptionSchema)) return;
    await this.db.runTransaction(async (tx) => {
      const now = await tx.get(exception.ref);
      // Written again since: the event of that write handles it.
      if (lacksEnd(now) && isSameVersion(now, exception)) tx.update(exception.ref, { to_date: null });
    });
  }

  /**
   * A shop whose version has increased was bumped by its writer. Any other write of the shop is followed by a bump, even
   * a write of the name alone: `#bumpUnlessDone` relies on it. A lower version would make days cached for it valid again.
   * A shop that does not state the zone of its ledgers gets it with the bump: what the zone was before the write counts.
   */
  async shopWritten(shopId: string, { before, after }: Change): Promise<Invalidation> {
    if (!before?.exists || !after?.exists) return NOTHING;
    const [old, current] = [versionOf(before), versionOf(after)];
    const zone = unstatedZone(before, after);
    if (current > old && zone === undefined) return NOTHING;
    const { shop } = shopPaths(this.db, shopId);
    return this.db.runTransaction(async (tx) => {
      const now = await tx.get(shop);
      const statesZone = zone !== undefined && mustState(zone, after, now);
      // Written again since: the event of that write handles it, but knows only the zone that this one has left.
      if (!statesZone && !isSameVersion(now, after)) return NOTHING;
      raiseCatalogVersion(tx, shop, statesZone ? Math.max(old, versionOf(now)) : old);
      if (statesZone) tx.update(shop, { ledger_time_zone: zone });
      return WHOLE_CATALOG;
    });
  }

  async #bumpUnlessDone(shopId: string, invalidation: Invalidation, at: Timestamp): Promise<Invalidation> {
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

/** The exception as queries find it. */
function readFound(snapshot: DocumentSnapshot | undefined) {
  return snapshot && !lacksEnd(snapshot) ? readException(snapshot) : undefined;
}

function fieldsOf(document: DocumentSnapshot, fields: object) {
  return Object.fromEntries(Object.keys(fields).map((field) => [field, document.get(field) as unknown]));
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

/** The zone of the ledgers of a shop that does not state it: its own, from before the write. */
function unstatedZone(before: DocumentSnapshot, after: DocumentSnapshot): string | undefined {
  if (after.get("ledger_time_zone") !== undefined) return undefined;
  return ledgerZoneOf(before) ?? ledgerZoneOf(after);
}

/** Also where another write has stated the zone that this write set: the ledgers were filed before it. */
function mustState(zone: string, after: DocumentSnapshot, now: DocumentSnapshot): boolean {
  if (!now.exists) return false;
  const stated: unknown = now.get("ledger_time_zone");
  return stated === undefined || (zone !== after.get("time_zone") && stated === now.get("time_zone"));
}

/** Read by itself, for a shop whose other fields may be invalid. */
function ledgerZoneOf(shop: DocumentSnapshot): string | undefined {
  const zone: unknown = shop.get("ledger_time_zone") ?? shop.get("time_zone");
  return typeof zone === "string" && isTimeZone(zone) ? zone : undefined;
}

/** Timestamps compare as text, exactly. */
function isSince(time: Timestamp, moment: Timestamp): boolean {
  return time.valueOf() >= moment.valueOf();
}
