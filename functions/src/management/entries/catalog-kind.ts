import type { UpcomingFilter } from "../../bookings/upcoming-bookings.ts";
import type { Invalidation } from "../../catalog/invalidation.ts";
import type { Outcome } from "../../platform/errors.ts";
import type { ManagementTransaction } from "../management-store.ts";
import type { References } from "../references.ts";

type Paths = ManagementTransaction["paths"];
type Snapshot = Awaited<ReturnType<ManagementTransaction["read"]>>[number];
type Ref = Parameters<ManagementTransaction["create"]>[0];

/** What services and mechanics have in common. */
export interface CatalogEntry {
  readonly id: string;
  readonly active: boolean;
}

export type FieldsOf<T> = Omit<T, "id">;

/** A kind of catalog entry: services or mechanics. */
export interface CatalogKind<T extends CatalogEntry> {
  readonly name: "service" | "mechanic";
  readonly ref: (paths: Paths, id: string) => Ref;
  /** Returns the stored entry; undefined when it is missing or cannot be read. */
  readonly read: (snapshot: Snapshot) => T | undefined;
  /** Returns all fields, with defaults for those that are missing. */
  readonly complete: (fields: Partial<FieldsOf<T>>) => FieldsOf<T>;
  /** Returns the entry as the API shows it to staff. */
  readonly present: (entry: T) => object;
  readonly invalidation: (before: T | undefined, after: T | undefined) => Invalidation;
  /** Refuses fields that name what does not exist. */
  readonly check: (tx: ManagementTransaction, fields: Partial<FieldsOf<T>>) => Promise<Outcome<null>>;
  /** Selects the bookings that need the entry. */
  readonly upcoming: (id: string) => UpcomingFilter;
  readonly references: (paths: Paths, id: string) => References;
}
