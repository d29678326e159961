import type { Timestamp } from "firebase-admin/firestore";
import { FieldPath, type DocumentSnapshot, type Firestore, type Query } from "firebase-admin/firestore";
import { z } from "zod";
import { exceptionsTouching } from "../../catalog/exceptions/exceptions-touching.ts";
import { readException } from "../../catalog/exceptions/read-exceptions.ts";
import { FIRST_DATE } from "../../catalog/exceptions/unreadable-exception.ts";
import { exceptionSchema, type Exception } from "../../catalog/schema.ts";
import { LAST_DATE } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { millis, type Millis } from "../../engine/units.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { millisField, timestampOfMillis } from "../../platform/firestore/timestamps.ts";
import type { Cost } from "../../platform/scope.ts";
import type { ExceptionFields } from "./exception-body.ts";

const READ_DEADLINE_MS = 5_000;

/** An exception with the fields that availability does not depend on. */
export interface StoredException extends Omit<Exception, "location_id"> {
  readonly location_id: string | null;
  readonly reason: string | null;
  /** Who maintains it: `manual`, or an external calendar; `unreadable`: the document is corrupt and closes dates. */
  readonly source: string;
  readonly created_at: Millis;
  readonly updated_at: Millis;
}

const details = z.object({
  reason: z.string().nullable().catch(null),
  source: z.string().catch("manual"),
  created_at: millisField.nullable().catch(null),
  updated_at: millisField.nullable().catch(null),
});

/** Reads an exception; a corrupt one as the closure that it is treated as. Undefined: there is none. */
export function readStoredException(snapshot: DocumentSnapshot): StoredException | undefined {
  const exception = readException(snapshot);
  if (!exception) return undefined;
  const { reason, source, created_at, updated_at } = details.parse(snapshot.data());
  const isReadable = exceptionSchema.safeParse(snapshot.data()).success;
  return {
    ...exception,
    location_id: exception.location_id ?? null,
    reason,
    source: isReadable ? source : "unreadable",
    created_at: created_at ?? atTime(snapshot.createTime),
    updated_at: updated_at ?? atTime(snapshot.updateTime),
  };
}

function atTime(time: Timestamp | undefined): Millis {
  return millis(time?.toMillis() ?? 0);
}

/** Returns the document that stores the exception. */
export function exceptionDocument({ id: _, ...exception }: StoredException): object {
  return {
    ...exception,
    created_at: timestampOfMillis(exception.created_at),
    updated_at: timestampOfMillis(exception.updated_at),
  };
}

/** Returns a new exception. */
export function newException(
  { id, mechanicId, fields }: { id: string; mechanicId: string; fields: ExceptionFields },
  now: Millis,
): StoredException {
  return { id, mechanic_id: mechanicId, ...fields, source: "manual", created_at: now, updated_at: now };
}

/** Selects exceptions by the dates from which and until which they apply. */
export interface ExceptionFilter {
  /** A mechanic's id, or `*`. */
  readonly mechanicId: string;
  readonly from: PlainDate | null;
  readonly to: PlainDate | null;
}

/** Where an exception lies in the order of lists. */
export interface ExceptionPosition {
  readonly to_date: string | null;
  readonly from_date: string;
  readonly id: string;
}

/** Returns the query for the selected exceptions after a position, by their end; those without an end come first. */
export function exceptionQuery(
  exceptions: Query,
  { mechanicId, from, to }: ExceptionFilter,
  after: ExceptionPosition | null,
): Query {
  const own = exceptions.where("mechanic_id", "==", mechanicId);
  const ordered = exceptionsTouching(own, from ?? FIRST_DATE, to ?? LAST_DATE).orderBy(
    FieldPath.documentId(),
  );
  return after ? ordered.startAfter(after.to_date, after.from_date, after.id) : ordered;
}

/** Returns the position of a document that `exceptionQuery` has found. */
export function positionOf(snapshot: DocumentSnapshot): ExceptionPosition {
  const to_date: unknown = snapshot.get("to_date");
  return {
    to_date: typeof to_date === "string" ? to_date : null,
    from_date: String(snapshot.get("from_date")),
    id: snapshot.id,
  };
}

export interface ExceptionPage {
  readonly exceptions: readonly StoredException[];
  /** The position after which the next page continues; null on the last page. */
  readonly next: ExceptionPosition | null;
}

/** Reads exceptions to show them. */
export class ExceptionStore {
  constructor(private readonly db: Firestore) {}

  async exception(shopId: string, id: string, cost: Cost): Promise<StoredException | undefined> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).exceptions.doc(id);
    return readStoredException(await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS }));
  }

  async page(
    shopId: string,
    { filter, after, limit }: { filter: ExceptionFilter; after: ExceptionPosition | null; limit: number },
    cost: Cost,
  ): Promise<ExceptionPage> {
    const query = exceptionQuery(shopPaths(this.db, shopId).exceptions, filter, after).limit(limit + 1);
    const found = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, found.size);
    const last = found.size > limit ? found.docs[limit - 1] : undefined;
    return {
      exceptions: found.docs.slice(0, limit).flatMap((one) => readStoredException(one) ?? []),
      next: last ? positionOf(last) : null,
    };
  }
}
