import { actorOf } from "../../audit/actor.ts";
import { Router, type Request, type RequestHandler } from "express";
import type { z } from "zod";
import type { Level1 } from "../../availability/day/level1.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import type { Principal } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import type { Outcome } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin, requireStaffOf } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { idSchema } from "../../platform/http/fields.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import type { Cost } from "../../platform/scope.ts";
import { creationIds } from "../creation.ts";
import {
  confirmQuery,
  creationKey,
  fullViewQuery,
  optionalMatch,
  removalQuery,
} from "../management-request.ts";
import type { ManagementStore } from "../management-store.ts";
import { answerResource } from "../../platform/http/resource-answer.ts";
import type { CatalogEntry, CatalogKind, FieldsOf } from "./catalog-kind.ts";
import { changeEntry } from "./change-entry.ts";
import { createEntry } from "./create-entry.ts";
import { purgeEntry } from "./purge-entry.ts";

export interface EntryDependencies {
  readonly catalog: CatalogReader;
  readonly level1: Level1;
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly verifyToken: VerifyToken;
}

type CreationBody = { readonly id?: string | undefined };

/** A request for one entry of a shop. */
interface EntryAddress {
  readonly shopId: string;
  readonly id: string;
}

/** What the routes of a kind of catalog entry are made from. */
export interface EntryRoutes<T extends CatalogEntry, C extends CreationBody, P extends object> {
  readonly kind: CatalogKind<T>;
  /** The last part of the path of the list. */
  readonly path: "services" | "mechanics";
  readonly creationBody: z.ZodType<C>;
  readonly changeBody: z.ZodType<P>;
  readonly fieldsOf: (body: Omit<C, "id"> | P) => Outcome<Partial<FieldsOf<T>>>;
  readonly readAll: (catalog: CatalogReader, shopId: string, cost: Cost) => Promise<readonly T[]>;
  readonly read: (catalog: CatalogReader, address: EntryAddress, cost: Cost) => Promise<T | undefined>;
  /** Returns whether a member of the shop's staff may see the entry in full. */
  readonly isVisible: (caller: Principal, address: EntryAddress) => boolean;
}

/**
 * Routes to services or mechanics: for staff to read, for admins to change. The public list, without a view, is left to
 * the routes of the catalog.
 */
export function entryRoutes<T extends CatalogEntry, C extends CreationBody, P extends object>(
  dependencies: EntryDependencies,
  routes: EntryRoutes<T, C, P>,
): Router {
  const router = Router();
  const { kind, path } = routes;
  router
    .route(`/v1/shops/:shop_id/${path}`)
    .get(answerList(dependencies, routes))
    .post(answerCreation(dependencies, routes));
  router
    .route(`/v1/shops/:shop_id/${path}/:${kind.name}_id`)
    .get(answerEntry(dependencies, routes))
    .patch(answerChange(dependencies, routes))
    .delete(answerRemoval(dependencies, routes))
    .all(onlyMethods("GET", "PATCH", "DELETE"));
  return router;
}

type Handler = <T extends CatalogEntry, C extends CreationBody, P extends object>(
  dependencies: EntryDependencies,
  routes: EntryRoutes<T, C, P>,
) => RequestHandler;

const answerList: Handler = ({ catalog, verifyToken }, { kind, path, readAll, isVisible }) => {
  return async (request, response, next) => {
    if (request.query["view"] === undefined) {
      next("route");
      return;
    }
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(fullViewQuery, request);
    const caller = await requireStaffOf(request, shopId, verifyToken);
    const { cost } = scopeOf(response);
    if (!(await catalog.shop(shopId, cost))) throw ApiError.of("not_found", "There is no such shop.");
    const entries = await readAll(catalog, shopId, cost);
    const visible = entries.filter(({ id }) => isVisible(caller, { shopId, id }));
    response.json({ [path]: visible.map((entry) => kind.present(entry)) });
  };
};

const answerEntry: Handler = ({ catalog, verifyToken }, { kind, read, isVisible }) => {
  return async (request, response) => {
    const address = addressOf(request, kind.name);
    parseQuery(noQuery, request);
    const caller = await requireStaffOf(request, address.shopId, verifyToken);
    if (!isVisible(caller, address)) throw ApiError.of("forbidden");
    const entry = await read(catalog, address, scopeOf(response).cost);
    if (!entry) throw ApiError.of("not_found", `There is no such ${kind.name}.`);
    answerResource(request, response, { name: kind.name, resource: kind.present(entry) });
  };
};

const answerCreation: Handler = ({ level1, management, newId, verifyToken }, routes) => {
  const { kind, creationBody, fieldsOf } = routes;
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const principal = await requireAdmin(request, shopId, verifyToken);
    const key = creationKey(request);
    const body = parseBody(creationBody, request);
    const { id: _, ...given } = body;
    const fields = unwrap(fieldsOf(given));
    const ids = creationIds({ shopId, kind: kind.name, principal, body, key }, newId);
    const command = { shopId, requestId: ids.requestId, actor: actorOf(principal) };
    const creation = { kind, ids, fields };
    const created = await createEntry(management, { command, creation }, scopeOf(response));
    level1.dropShop(shopId);
    const { shown, replayed } = unwrapChange(created);
    answerResource(request, response, { status: replayed ? 200 : 201, name: kind.name, resource: shown });
  };
};

const answerChange: Handler = ({ level1, management, newId, verifyToken }, routes) => {
  const { kind, changeBody, fieldsOf } = routes;
  return async (request, response) => {
    const { shopId, id } = addressOf(request, kind.name);
    const { confirm } = parseQuery(confirmQuery, request);
    const caller = await requireAdmin(request, shopId, verifyToken);
    const patch = unwrap(fieldsOf(parseBody(changeBody, request)));
    const command = { shopId, requestId: newId(), actor: actorOf(caller) };
    const change = { kind, id, patch, precondition: optionalMatch(request), confirm };
    const changed = await changeEntry(management, { command, change }, scopeOf(response));
    level1.dropShop(shopId);
    answerResource(request, response, { name: kind.name, resource: unwrapChange(changed) });
  };
};

const answerRemoval: Handler = ({ level1, management, newId, verifyToken }, { kind }) => {
  return async (request, response) => {
    const { shopId, id } = addressOf(request, kind.name);
    const { confirm, purge } = parseQuery(removalQuery, request);
    const caller = await requireAdmin(request, shopId, verifyToken);
    const command = { shopId, requestId: newId(), actor: actorOf(caller) };
    const precondition = optionalMatch(request);
    const scope = scopeOf(response);
    if (purge) {
      unwrapChange(await purgeEntry(management, { command, purge: { kind, id, precondition } }, scope));
      level1.dropShop(shopId);
      response.status(204).end();
      return;
    }
    const change = { kind, id, patch: deactivated(kind), precondition, confirm };
    const changed = await changeEntry(management, { command, change }, scope);
    level1.dropShop(shopId);
    answerResource(request, response, { name: kind.name, resource: unwrapChange(changed) });
  };
};

function deactivated<T extends CatalogEntry>(_kind: CatalogKind<T>) {
  return { active: false } as Partial<FieldsOf<T>>;
}

function addressOf(request: Request, name: "service" | "mechanic"): EntryAddress {
  const params = parseParams(shopParams.extend({ [`${name}_id`]: idSchema }), request);
  const { shop_id: shopId, [`${name}_id`]: id = "" } = params as Record<string, string>;
  return { shopId: shopId ?? "", id };
}
