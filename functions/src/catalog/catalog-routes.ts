import { Router } from "express";
import type { Context } from "../context.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { ApiError } from "../platform/http/api-error.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../platform/http/validate.ts";
import { publicMechanic, publicService, publicShop } from "./public-view.ts";
import type { Shop } from "./schema.ts";
import type { Scope } from "../platform/scope.ts";

/** The public part of a shop: its name, zone and policy, what it offers and who works there. */
export function catalogRoutes(context: Context): Router {
  const router = Router();

  async function shopOf(shopId: string, scope: Scope): Promise<Shop> {
    const shop = await context.catalog.shop(shopId, scope.cost);
    if (!shop) throw ApiError.of("not_found", "There is no such shop.");
    return shop;
  }

  router
    .route("/v1/shops/:shop_id")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      parseQuery(noQuery, request);
      response.json(publicShop(await shopOf(shop_id, scopeOf(response))));
    })
    .all(onlyMethods("GET"));

  router
    .route("/v1/shops/:shop_id/services")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      parseQuery(noQuery, request);
      const scope = scopeOf(response);
      const services = await context.services.of(await shopOf(shop_id, scope), scope.cost);
      const active = [...services.values()].filter((service) => service.active);
      response.json({ services: active.map(publicService) });
    })
    .all(onlyMethods("GET"));

  router
    .route("/v1/shops/:shop_id/mechanics")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      parseQuery(noQuery, request);
      const scope = scopeOf(response);
      await shopOf(shop_id, scope);
      const mechanics = await context.catalog.activeMechanics(shop_id, scope.cost);
      response.json({ mechanics: mechanics.map(publicMechanic) });
    })
    .all(onlyMethods("GET"));

  return router;
}
