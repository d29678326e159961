import { Router } from "express";
import { z } from "zod";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { ApiError } from "../platform/http/api-error.ts";
import { requireAdmin } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import {
  decodePageToken,
  encodePageToken,
  pageTokenSchema,
  refusePageToken,
  tokenIdSchema,
  tokenInstantSchema,
} from "../platform/http/page-token.ts";
import { shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../platform/http/validate.ts";
import type { ProblemPosition, ProblemStore } from "./problem-store.ts";

export const problemsQuery = z.strictObject({ page_token: pageTokenSchema.optional() });

interface Dependencies {
  readonly problems: ProblemStore;
  readonly verifyToken: VerifyToken;
}

/** The route that lists a shop's unreadable documents, for its admins. */
export function problemRoutes({ problems, verifyToken }: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/problems")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      const { page_token } = parseQuery(problemsQuery, request);
      await requireAdmin(request, shop_id, verifyToken);
      const after = page_token === undefined ? null : decodeToken(page_token);
      const page = await problems.page(shop_id, after, scopeOf(response));
      if (!page) throw ApiError.of("not_found", "There is no such shop.");
      response.json({
        problems: page.problems,
        next_page_token: page.next && encodePageToken([page.next.source, page.next.key]),
      });
    })
    .all(onlyMethods("GET"));
  return router;
}

const id = tokenIdSchema(500);
const key = z.union([z.tuple([id]), z.tuple([z.string().max(500), id]), z.tuple([tokenInstantSchema, id])]);
const position = z.tuple([z.int().min(0).max(10), key]);

function decodeToken(token: string): ProblemPosition {
  const decoded = decodePageToken(position, token);
  if (!decoded) throw new ApiError(refusePageToken().refusal);
  const [source, last] = decoded;
  return { source, key: last };
}
