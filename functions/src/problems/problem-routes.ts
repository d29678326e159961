import { Router } from "express";
import { z } from "zod";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { invalidRequest } from "../platform/errors.ts";
import { ApiError } from "../platform/http/api-error.ts";
import { requireAdmin } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../platform/http/validate.ts";
import type { ProblemPosition, ProblemStore } from "./problem-store.ts";

export const problemsQuery = z.strictObject({
  page_token: z.string("Give one page token.").max(2000, "Not a page token.").optional(),
});

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
      response.json({ problems: page.problems, next_page_token: page.next && encodeToken(page.next) });
    })
    .all(onlyMethods("GET"));
  return router;
}

/** Tokens come back from clients, so they are checked like any input. An id may be any that Firestore allows. */
const id = z.string().regex(/^(?!\.\.?$)(?!__.*__$)[^/\p{Cc}\p{Cs}]{1,500}$/u);
const instant = z.int().min(0).max(Date.parse("9999-12-31T00:00:00Z"));
const key = z.union([z.tuple([id]), z.tuple([z.string().max(500), id]), z.tuple([instant, id])]);
const position = z.tuple([z.int().min(0).max(10), key]);

function encodeToken({ source, key: last }: ProblemPosition): string {
  return Buffer.from(JSON.stringify([source, last])).toString("base64url");
}

function decodeToken(token: string): ProblemPosition {
  try {
    const [source, last] = position.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    return { source, key: last };
  } catch {
    const message = "Not a token that these pages gave.";
    throw new ApiError(invalidRequest({ path: "page_token", message }).refusal);
  }
}
