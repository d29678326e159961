import { Router, type RequestHandler } from "express";
import type { Scope } from "../platform/scope.ts";
import { ApiError } from "../platform/http/api-error.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../platform/http/validate.ts";
import type { CatalogReader } from "./catalog-reader.ts";
import { publicMechanic, publicService, publicShop } from "./public-view.ts";
import type { Shop } from "./schema.ts";
import type { ServicesMemory } from "./services-memory.ts";

interface Dependencies {
  readonly catalog: CatalogReader;
  readonly services: ServicesMemory;
  readonly config: { readonly streamsAddress: string | null };
}

/** Routes to the public part of a shop: its name, zone and policy, its services and its mechanics. */
export function catalogRoutes({ catalog, services, config }: Dependencies): Router {
  const router = Router();
  /** `others`: the methods that the management API, which is asked first, takes at the path. */
  const get = (
    path: string,
    others: readonly string[],
    answer: (shop: Shop, scope: Scope) => object | Promise<object>,
  ) =>
    router
      .route(path)
      .get(answerForShop(catalog, answer))
      .all(onlyMethods("GET", ...others));

  get("/v1/shops/:shop_id", ["PATCH", "DELETE"], (shop) => publicShop(shop, config.streamsAddress));
  get("/v1/shops/:shop_id/services", ["POST"], async (shop, { cost }) => {
    const all = [...(await services.of(shop, cost)).values()];
    return { services: all.filter(({ active }) => active).map(publicService) };
  });
  get("/v1/shops/:shop_id/mechanics", ["POST"], async ({ id }, { cost }) => {
    const mechanics = await catalog.activeMechanics(id, cost);
    return { mechanics: mechanics.map(publicMechanic) };
  });
  return router;
}

/** Answers with what `answer` makes of the shop in the path; 404 when there is no such shop, 422 when it has closed. */
function answerForShop(
  catalog: CatalogReader,
  answer: (shop: Shop, scope: Scope) => object | Promise<object>,
): RequestHandler {
  return async (request, response) => {
    const { shop_id } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const scope = scopeOf(response);
    const shop = await catalog.shop(shop_id, scope.cost);
    if (!shop) throw ApiError.of("not_found", "There is no such shop.");
    if (!shop.active) throw ApiError.of("shop_inactive");
    response.json(await answer(shop, scope));
  };
}
