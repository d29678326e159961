import { listAppointment, type ListedAppointment } from "../../bookings/outside-hours.ts";
import { shopSchema } from "../../catalog/schema.ts";
import { done, refuse, warn, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { Scope } from "../../platform/scope.ts";
import { changedFields } from "../changed-fields.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { upcomingBookings } from "../upcoming-appointments.ts";
import type { CatalogEntry, CatalogKind, FieldsOf } from "./catalog-kind.ts";

export interface EntryChange<T extends CatalogEntry> {
  readonly kind: CatalogKind<T>;
  readonly id: string;
  readonly patch: Partial<FieldsOf<T>>;
  readonly precondition: Precondition;
  readonly confirm: boolean;
}

/**
 * Replaces fields of a service or a mechanic. Warns of the upcoming appointments that need what is deactivated, unless
 * `confirm` is set. Fields that are stored already are written no second time.
 */
export function changeEntry<T extends CatalogEntry>(
  management: ManagementStore,
  { command, change }: { readonly command: ManagementCommand; readonly change: EntryChange<T> },
  scope: Scope,
): Promise<ChangeOutcome<object>> {
  return management.change(command, (tx) => decideAndWrite(tx, change), scope);
}

async function decideAndWrite<T extends CatalogEntry>(
  tx: ManagementTransaction,
  { kind, id, patch, precondition, confirm }: EntryChange<T>,
): Promise<ChangeOutcome<object>> {
  const ref = kind.ref(tx.paths, id);
  const [first, second] = await tx.read(tx.paths.shop, ref);
  const shop = first && readDocumentOrThrow(first, shopSchema);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const entry = second && kind.read(second);
  if (!entry) return refuse("not_found", `There is no such ${kind.name}.`);
  const asked = checkPrecondition(kind.present(entry), precondition);
  if (!asked.ok) return asked;
  const { before, after } = changedFields<FieldsOf<T>>(entry, patch);
  if (Object.keys(after).length === 0) return done(kind.present(entry));
  const checked = await kind.check(tx, after);
  if (!checked.ok) return checked;
  const changed: T = { ...entry, ...after };
  const isDeactivated = entry.active && !changed.active;
  if (isDeactivated && !confirm) {
    const conflicting = await appointmentsThatNeed(tx, { kind, id, zone: shop.time_zone });
    if (conflicting.length > 0) {
      return warn("appointment_conflicts", { conflicting_appointments: conflicting });
    }
  }
  tx.update(ref, after);
  tx.record(
    {
      action: `${kind.name}_${isDeactivated ? "deactivated" : "changed"}`,
      details: { [`${kind.name}_id`]: id, before, after },
    },
    kind.invalidation(entry, changed),
  );
  return done(kind.present(changed));
}

async function appointmentsThatNeed<T extends CatalogEntry>(
  tx: ManagementTransaction,
  { kind, id, zone }: { readonly kind: CatalogKind<T>; readonly id: string; readonly zone: string },
): Promise<ListedAppointment[]> {
  const bookings = await upcomingBookings(tx, kind.upcoming(id));
  return bookings.map((booking) => listAppointment(zone, booking));
}
