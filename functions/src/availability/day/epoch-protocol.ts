import {
  FieldPath,
  FieldValue,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
} from "firebase-admin/firestore";
import type { Invalidation } from "../../catalog/invalidation.ts";
import type { BusyInterval, PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import type { shopPaths } from "../../platform/firestore/paths.ts";
import { isLostPrecondition } from "../../platform/firestore/retry.ts";
import { timestampOfMillis } from "../../platform/firestore/timestamps.ts";
import { storeBusy, storeMechanic, storeMechanics } from "./day-document.ts";
import type { BusyField, LegacySlot, MechanicOfDay, MechanicsOfDay, StoredDay } from "./day.ts";

/*
 * The epoch protocol: how a cached availability day becomes valid and stops being valid. Only this module writes the
 * fields named here.
 *
 * Terms
 *   epoch            counts, in the day document, the changes of what the day is generated from
 *   filled_epoch     the epoch that the stored content belongs to
 *   catalog_version  counts, in the shop document, the changes that concern every day; a day stores the version that
 *                    its content was generated under
 *   valid            generated, not expired, filled_epoch = epoch, and the catalog_version is the shop's: the content
 *                    may be served
 *   stale            not valid; a missing document is stale too. The next reader generates the day
 *
 * Life cycle
 *   read             returns the day with its update time; a valid day is served as it is stored
 *   fill             a stale day is generated, then stored with filled_epoch = epoch = the epoch that was read before
 *                    generating, on condition that the document still has the update time that was read
 *   write through    the transaction that changes a ledger sets the busy time it changed and raises both counters by
 *                    one, without reading the day: a valid day stays valid, a stale one stays stale
 *   invalidate       a change of other sources raises epoch, or the shop's catalog_version, in its own commit
 *   empty            replaces a write-through that would make the document too large: deletes the content, raises epoch
 *
 * Invariants
 *   1. A valid day's content equals what generation would return from the sources as they are.
 *   2. A change and its bump are one commit, so no reader sees one without the other. Only a change made outside the
 *      API is bumped later, by the trigger of its write; until then invariant 1 does not hold.
 *   3. Every bump changes the update time, so a fill that began before it fails, and the day stays stale.
 *   4. Only a fill makes a stale day valid. No write lowers epoch or catalog_version: a lower value would make old
 *      content valid again.
 */

/** Returns whether the content may be served at `now`. */
export function isValid(day: StoredDay, catalogVersion: number, now: Millis): boolean {
  return (
    day.generated_dynamically &&
    day.cached_at !== null &&
    day.expires_at !== null &&
    day.expires_at > now &&
    day.filled_epoch === day.epoch &&
    day.catalog_version === catalogVersion
  );
}

/** Returns whether this is a day of the old weekly seeder that has not been invalidated since it was seeded. */
export function isHonouredLegacy(day: StoredDay, catalogVersion: number): boolean {
  return (
    !day.generated_dynamically &&
    day.legacy_slots !== null &&
    day.filled_epoch === day.epoch &&
    (day.catalog_version === null || day.catalog_version === catalogVersion)
  );
}

/** The fields that `includesChange` reads. */
export const EPOCH_FIELDS = ["epoch", "filled_epoch", "read_at"];

/**
 * Returns whether a day needs no bump for a change committed at `changedAt`: its content was read since then, or it is
 * stale and was written since then, so that no fill that began before the change can succeed.
 */
export function includesChange(day: DocumentSnapshot, changedAt: Timestamp): boolean {
  const isFilled = (day.get("epoch") ?? 0) === (day.get("filled_epoch") ?? 0);
  const knownAt = isFilled ? (day.get("read_at") as Timestamp | undefined) : day.updateTime;
  return day.updateTime !== undefined && knownAt !== undefined && knownAt.valueOf() >= changedAt.valueOf();
}

/** The fields that a fill or the seeder sets in a day document, and those that it removes. */
export interface DayWrite {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly removed: readonly string[];
}

/** The content of a fill. */
export interface Fill {
  readonly date: PlainDate;
  /** The epoch that was read before generating: the content belongs to it. */
  readonly epoch: number;
  readonly catalogVersion: number;
  readonly cachedAt: Millis;
  readonly expiresAt: Millis;
  /** The read time of the snapshot that the content was generated from: it includes every earlier commit. */
  readonly readAt: Timestamp;
  readonly mechanics: MechanicsOfDay;
}

/** Returns the write that stores generated content. */
export function fillWrite(fill: Fill): DayWrite {
  const fields = {
    date: fill.date,
    generated_dynamically: true,
    cached_at: Timestamp.fromMillis(fill.cachedAt),
    expires_at: Timestamp.fromMillis(fill.expiresAt),
    read_at: fill.readAt,
    epoch: fill.epoch,
    filled_epoch: fill.epoch,
    catalog_version: fill.catalogVersion,
    mechanics: storeMechanics(fill.mechanics),
  };
  return { fields, removed: ["slots"] };
}

/** One day in the format of the old weekly seeder. */
export interface SeededDay {
  readonly date: PlainDate;
  readonly slots: readonly LegacySlot[];
  /** The epoch that was read before the slots were generated. */
  readonly epoch: number;
  readonly catalogVersion: number;
  readonly seededAt: Millis;
  readonly endsAt: Millis;
}

/** Returns the write that replaces a day by a seeded one. */
export function seedWrite(seed: SeededDay): DayWrite {
  const fields = {
    date: seed.date,
    slots: seed.slots,
    epoch: seed.epoch,
    filled_epoch: seed.epoch,
    catalog_version: seed.catalogVersion,
    seeded_at: Timestamp.fromMillis(seed.seededAt),
    // For the TTL policy: the document is not needed after the day has ended.
    expires_at: Timestamp.fromMillis(seed.endsAt),
  };
  return { fields, removed: ["generated_dynamically", "cached_at", "mechanics"] };
}

interface ConditionalWriter {
  create(ref: DocumentReference, data: object): Promise<unknown>;
  update(ref: DocumentReference, data: object, condition: { lastUpdateTime: Timestamp }): Promise<unknown>;
}

/** Writes each document by itself, without a batch. */
const directWriter: ConditionalWriter = {
  create: (ref, data) => ref.create(data),
  update: (ref, data, condition) => ref.update(data, condition),
};

/**
 * Writes the day if its document still has the update time that was read; undefined: if it still does not exist.
 * Returns false if the document has changed.
 */
export async function writeUnlessChanged(
  ref: DocumentReference,
  { fields, removed }: DayWrite,
  version: Timestamp | undefined,
  writer: ConditionalWriter = directWriter,
): Promise<boolean> {
  const gone = Object.fromEntries(removed.map((field) => [field, FieldValue.delete()]));
  return unlessChanged(
    version === undefined
      ? writer.create(ref, fields)
      : writer.update(ref, { ...fields, ...gone }, { lastUpdateTime: version }),
  );
}

/** Replaces or removes one mechanic's part of a valid day under the same condition as `writeUnlessChanged`. */
export async function replaceMechanic(
  ref: DocumentReference,
  mechanicId: string,
  part: MechanicOfDay | undefined,
  version: Timestamp,
): Promise<boolean> {
  const value = part ? storeMechanic(part) : FieldValue.delete();
  return unlessChanged(
    ref.update(new FieldPath("mechanics", mechanicId), value, { lastUpdateTime: version }),
  );
}

async function unlessChanged(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isLostPrecondition(error)) return false;
    throw error;
  }
}

/** The fields of one mechanic's day that a transaction changes; the other fields stay as they are. */
export interface DayChange extends Readonly<Partial<Record<BusyField, readonly BusyInterval[]>>> {
  readonly date: PlainDate;
  readonly booked?: number;
  readonly held_until?: readonly Millis[];
}

/** A transaction or a batch: the change itself is written with it. */
interface Writer {
  set(ref: DocumentReference, data: object, options: { merge: true }): unknown;
  update(ref: DocumentReference, data: object): unknown;
}

/** Writes a mechanic's new busy time through to the day, in the transaction that changes the ledger. */
export function writeThrough(
  writer: Pick<Writer, "set">,
  ref: DocumentReference,
  mechanicId: string,
  change: DayChange,
): void {
  const { date, booked, held_until, ...lists } = change;
  const mechanic: Record<string, unknown> = {
    ...(booked !== undefined && { booked }),
    ...(held_until && { held_until: held_until.map(timestampOfMillis) }),
  };
  for (const [field, busy] of Object.entries(lists)) mechanic[field] = busy.map(storeBusy);
  const bump = FieldValue.increment(1);
  writer.set(
    ref,
    { date, mechanics: { [mechanicId]: mechanic }, epoch: bump, filled_epoch: bump },
    { merge: true },
  );
}

/** Empties a day that has no room for a write-through; it is stale until it is generated again. */
export function emptyDay(writer: Pick<Writer, "set">, ref: DocumentReference, date: PlainDate): void {
  const emptied = { date, mechanics: FieldValue.delete(), epoch: FieldValue.increment(1) };
  writer.set(ref, emptied, { merge: true });
}

/** Writes an invalidation in the commit of the change that causes it. Returns the number of writes. The shop must exist. */
export function invalidate(
  writer: Writer,
  paths: ReturnType<typeof shopPaths>,
  invalidation: Invalidation,
): number {
  const bump = FieldValue.increment(1);
  switch (invalidation.kind) {
    case "none":
      return 0;
    case "catalog":
      writer.update(paths.shop, { catalog_version: bump });
      return 1;
    case "days":
      // Written without a read: a running fill must fail whether the document existed when the fill began or not.
      for (const date of invalidation.dates) {
        writer.set(paths.day(date), { date, epoch: bump }, { merge: true });
      }
      return invalidation.dates.length;
  }
}

/** Sets the shop's catalog_version above `highest`, where the shop was written with a version that is not. */
export function raiseCatalogVersion(
  writer: Pick<Writer, "update">,
  shop: DocumentReference,
  highest: number,
): void {
  writer.update(shop, { catalog_version: highest + 1 });
}
