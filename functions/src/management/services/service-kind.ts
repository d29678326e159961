import { serviceInvalidation } from "../../catalog/invalidation.ts";
import { serviceSchema, type Service } from "../../catalog/schema.ts";
import { done } from "../../platform/errors.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import type { CatalogKind } from "../entries/catalog-kind.ts";

export const SERVICES: CatalogKind<Service> = {
  name: "service",
  ref: (paths, id) => paths.service(id),
  read: (snapshot) => readDocument(snapshot, serviceSchema),
  complete: (fields) => serviceSchema.parse(fields),
  present: ({ id, ...fields }) => ({ id, ...fields }),
  invalidation: serviceInvalidation,
  check: () => Promise.resolve(done(null)),
  upcoming: (serviceId) => ({ serviceId }),
  references: ({ bookings, holds, mechanics }, id) => ({
    bookings: bookings.where("service_id", "==", id),
    holds: holds.where("service_id", "==", id),
    mechanics: mechanics.where("specialties", "array-contains", id),
  }),
};
