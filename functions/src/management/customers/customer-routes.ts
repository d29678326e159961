import { Router, type RequestHandler } from "express";
import { z } from "zod";
import { actorOf } from "../../audit/actor.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { pageTokenSchema } from "../../platform/http/page-token.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { confirmQuery } from "../management-request.ts";
import { eraseCustomer, type EraseDependencies } from "./erase-customer.ts";
import { exportCustomer, type ExportDependencies } from "./export-customer.ts";
import { subjectFields, subjectOf } from "./subject.ts";

/** Half of the minute after which the function and Hosting end a request. */
const BUDGET_MS = 30_000;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;

/** `POST …/customers:erase` */
export const eraseBody = z.strictObject(subjectFields);

/** `POST …/customers:export` */
export const exportBody = z.strictObject({
  ...subjectFields,
  limit: z.int("Give a whole number.").min(1).max(MAX_PAGE, `At most ${MAX_PAGE}.`).default(DEFAULT_PAGE),
  page_token: pageTokenSchema.nullish(),
});

interface Dependencies extends EraseDependencies, ExportDependencies {
  readonly verifyToken: VerifyToken;
}

/** Routes to export and to erase the data of a customer, for the shop's admins. */
export function customerRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/customers\\:export")
    .post(answerExport(dependencies))
    .all(onlyMethods("POST"));
  router
    .route("/v1/shops/:shop_id/customers\\:erase")
    .post(answerErasure(dependencies))
    .all(onlyMethods("POST"));
  return router;
}

function answerExport(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const actor = actorOf(await requireAdmin(request, shopId, dependencies.verifyToken));
    const { limit, page_token, ...named } = parseBody(exportBody, request);
    const subject = unwrap(subjectOf(named));
    const command = { shopId, subject, actor, limit, pageToken: page_token ?? null, budgetMs: BUDGET_MS };
    const page = unwrapChange(await exportCustomer(dependencies, command, scopeOf(response)));
    const { nextPageToken, ...data } = page;
    response.json({ ...data, next_page_token: nextPageToken });
  };
}

function answerErasure(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const actor = actorOf(await requireAdmin(request, shopId, dependencies.verifyToken));
    const subject = unwrap(subjectOf(parseBody(eraseBody, request)));
    const command = { shopId, subject, actor, confirm, budgetMs: BUDGET_MS };
    const { erased, isComplete } = unwrapChange(
      await eraseCustomer(dependencies, command, scopeOf(response)),
    );
    // Accepted: what has been erased so far; the same request erases the rest.
    response.status(isComplete ? 200 : 202).json({ erased });
  };
}
