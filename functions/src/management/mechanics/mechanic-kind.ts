import { mechanicInvalidation } from "../../catalog/invalidation.ts";
import { mechanicSchema, type Mechanic } from "../../catalog/schema.ts";
import { done, invalidRequest, type Outcome } from "../../platform/errors.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import type { CatalogKind } from "../entries/catalog-kind.ts";
import type { ManagementTransaction } from "../management-store.ts";

export const MECHANICS: CatalogKind<Mechanic> = {
  name: "mechanic",
  ref: (paths, id) => paths.mechanic(id),
  read: (snapshot) => readDocument(snapshot, mechanicSchema),
  complete: (fields) => mechanicSchema.parse({ active: true, ...fields }),
  present: ({ id, ...fields }) => ({ id, ...fields }),
  invalidation: mechanicInvalidation,
  check: (tx, { specialties = [] }) => checkSpecialties(tx, specialties),
  upcoming: (mechanicId) => ({ mechanicId }),
  references: ({ bookings, holds, ledgers, exceptions }, id) => ({
    bookings: bookings.where("mechanic_id", "==", id),
    holds: holds.where("mechanic_id", "==", id),
    ledgers: ledgers.where("mechanic_id", "==", id),
    exceptions: exceptions.where("mechanic_id", "==", id),
  }),
};

/** Refuses specialties that are not services of the shop. */
async function checkSpecialties(
  tx: ManagementTransaction,
  specialties: readonly string[],
): Promise<Outcome<null>> {
  if (specialties.length === 0) return done(null);
  const services = await tx.read(...specialties.map((id) => tx.paths.service(id)));
  const unknown = services.flatMap(({ exists }, index) => (exists ? [] : [index]));
  if (unknown.length === 0) return done(null);
  return invalidRequest(
    ...unknown.map((index) => ({
      path: `specialties.${index}`,
      message: `There is no service ${specialties[index]}.`,
    })),
  );
}
