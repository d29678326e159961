import type { Router } from "express";
import { done } from "../../platform/errors.ts";
import { entryRoutes, type EntryDependencies } from "../entries/entry-routes.ts";
import { serviceBody, serviceChangeBody } from "./service-body.ts";
import { SERVICES } from "./service-kind.ts";

/** Routes to the services of a shop: what is booked. All staff may read them. */
export function serviceRoutes(dependencies: EntryDependencies): Router {
  return entryRoutes(dependencies, {
    kind: SERVICES,
    path: "services",
    creationBody: serviceBody,
    changeBody: serviceChangeBody,
    fieldsOf: (body) => done(body),
    readAll: (catalog, shopId, cost) => catalog.services(shopId, cost),
    read: (catalog, { shopId, id }, cost) => catalog.service(shopId, id, cost),
    isVisible: () => true,
  });
}
