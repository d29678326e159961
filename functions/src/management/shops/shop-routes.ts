import { actorOf } from "../../audit/actor.ts";
import { Router, type RequestHandler } from "express";
import type { Level1 } from "../../availability/day/level1.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { EVERY_SHOP, isAdminOf } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { ApiError } from "../../platform/http/api-error.ts";
import { requireAdmin, requirePlatformAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { creationIds } from "../creation.ts";
import { creationKey, optionalMatch, shopRemovalQuery } from "../management-request.ts";
import type { ManagementStore } from "../management-store.ts";
import { answerResource } from "../../platform/http/resource-answer.ts";
import { changeShop } from "./change-shop.ts";
import { createShop } from "./create-shop.ts";
import { purgeShop } from "./purge-shop.ts";
import { presentSettings } from "./settings.ts";
import { shopBody, shopChangeBody } from "./shop-body.ts";

interface Dependencies {
  readonly catalog: CatalogReader;
  readonly level1: Level1;
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly verifyToken: VerifyToken;
}

/** Routes to shops: admins of the platform create and remove them, the shop's admins change the settings. */
export function shopRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router.route("/v1/shops").post(answerCreation(dependencies)).all(onlyMethods("POST"));
  router.route("/v1/shops/:shop_id/settings").get(answerSettings(dependencies)).all(onlyMethods("GET"));
  // The other methods are the public catalog's.
  router.route("/v1/shops/:shop_id").patch(answerChange(dependencies)).delete(answerRemoval(dependencies));
  return router;
}

function answerCreation({ management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    parseQuery(noQuery, request);
    const principal = await requirePlatformAdmin(request, verifyToken);
    const key = creationKey(request);
    const body = parseBody(shopBody, request);
    const { id: _, ...fields } = body;
    const ids = creationIds({ shopId: EVERY_SHOP, kind: "shop", principal, body, key }, newId);
    const command = { shopId: ids.resourceId, requestId: ids.requestId, actor: actorOf(principal) };
    const created = await createShop(management, { command, creation: { ids, fields } }, scopeOf(response));
    const { shown, replayed } = unwrapChange(created);
    answerResource(request, response, { status: replayed ? 200 : 201, name: null, resource: shown });
  };
}

function answerSettings({ catalog, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    await requireAdmin(request, shopId, verifyToken);
    const shop = await catalog.shop(shopId, scopeOf(response).cost);
    if (!shop) throw ApiError.of("not_found", "There is no such shop.");
    answerResource(request, response, { name: null, resource: presentSettings(shop) });
  };
}

function answerChange({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const caller = await requireAdmin(request, shopId, verifyToken);
    const patch = parseBody(shopChangeBody, request);
    if (patch.active !== undefined && !isAdminOf(caller, EVERY_SHOP)) {
      throw ApiError.of("forbidden", "Only an admin of the platform opens and closes shops.");
    }
    const command = { shopId, requestId: newId(), actor: actorOf(caller) };
    const change = { patch, precondition: optionalMatch(request) };
    const changed = await changeShop(management, { command, change }, scopeOf(response));
    level1.dropShop(shopId);
    const { settings, isRezoned } = unwrapChange(changed);
    answerResource(request, response, { status: isRezoned ? 202 : 200, name: null, resource: settings });
  };
}

function answerRemoval({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    const { purge } = parseQuery(shopRemovalQuery, request);
    const caller = await requirePlatformAdmin(request, verifyToken);
    const command = { shopId, requestId: newId(), actor: actorOf(caller) };
    const precondition = optionalMatch(request);
    const scope = scopeOf(response);
    if (purge) {
      unwrapChange(await purgeShop(management, { command, precondition }, scope));
      level1.dropShop(shopId);
      response.status(204).end();
      return;
    }
    const change = { patch: { active: false }, precondition };
    const changed = await changeShop(management, { command, change }, scope);
    level1.dropShop(shopId);
    answerResource(request, response, { name: null, resource: unwrapChange(changed).settings });
  };
}
