import { Router, type Request, type RequestHandler } from "express";
import type { z } from "zod";
import type { Level1 } from "../../availability/day/level1.ts";
import { WHOLE_SHOP } from "../../catalog/schema.ts";
import type { Principal } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin, requireAdminOrMechanic } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { actorOf, confirmQuery, creationKey, optionalMatch, requiredMatch } from "../management-request.ts";
import type { ManagementStore } from "../management-store.ts";
import { answerResource } from "../resource-answer.ts";
import { createBatch, exceptionBatchLines } from "./batch-exceptions.ts";
import { changeException } from "./change-exception.ts";
import { clearExceptions } from "./clear-exceptions.ts";
import { createExceptions, exceptionCreation } from "./create-exceptions.ts";
import { exceptionBody, exceptionReplacement, readExceptionBody } from "./exception-body.ts";
import { exceptionListQuery, listExceptions, type ListDependencies } from "./list-exceptions.ts";
import { presentException } from "./write-exceptions.ts";

/** The query of `DELETE …/exceptions`: the dates to clear, both inclusive. */
export const clearQuery = confirmQuery.extend({ from_date: dateSchema, to_date: dateSchema });

/** A path without a mechanic is that of the shop's exceptions. */
const collectionParams = shopParams.extend({ mechanic_id: idSchema.optional() });
const itemParams = collectionParams.extend({ exception_id: idSchema });
const COLLECTIONS = ["/v1/shops/:shop_id/mechanics/:mechanic_id/exceptions", "/v1/shops/:shop_id/exceptions"];

interface Dependencies extends ListDependencies {
  readonly level1: Level1;
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly verifyToken: VerifyToken;
}

/** Routes to the exceptions of a mechanic, for the mechanic and admins, and of the whole shop, for admins. */
export function exceptionRoutes(dependencies: Dependencies): Router {
  const router = Router();
  for (const path of COLLECTIONS) {
    router
      .route(path)
      .get(answerList(dependencies))
      .post(answerCreation(dependencies))
      .delete(answerClearing(dependencies))
      .all(onlyMethods("GET", "POST", "DELETE"));
    router.route(`${path}\\:batch`).post(answerBatch(dependencies)).all(onlyMethods("POST"));
    router
      .route(`${path}/:exception_id`)
      .get(answerOne(dependencies))
      .put(answerReplacement(dependencies))
      .delete(answerDeletion(dependencies))
      .all(onlyMethods("GET", "PUT", "DELETE"));
  }
  return router;
}

interface Asked {
  readonly shopId: string;
  /** `*`: the whole shop's exceptions. */
  readonly mechanicId: string;
  readonly caller: Principal;
}

async function authorise(
  request: Request,
  { shop_id: shopId, mechanic_id }: z.output<typeof collectionParams>,
  verify: VerifyToken,
): Promise<Asked> {
  const mechanicId = mechanic_id ?? WHOLE_SHOP;
  const caller =
    mechanic_id === undefined
      ? await requireAdmin(request, shopId, verify)
      : await requireAdminOrMechanic(request, { shopId, mechanicId }, verify);
  return { shopId, mechanicId, caller };
}

function commandOf({ shopId, caller }: Asked, requestId: string) {
  return { shopId, requestId, actor: actorOf(caller) };
}

function answerList(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(collectionParams, request);
    const query = parseQuery(exceptionListQuery, request);
    const { shopId, mechanicId } = await authorise(request, params, dependencies.verifyToken);
    const page = await listExceptions(dependencies, { shopId, mechanicId, query }, scopeOf(response));
    response.json(unwrap(page));
  };
}

function answerOne({ exceptions, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(itemParams, request);
    parseQuery(noQuery, request);
    const { shopId, mechanicId } = await authorise(request, params, verifyToken);
    const found = await exceptions.exception(shopId, params.exception_id, scopeOf(response).cost);
    if (found?.mechanic_id !== mechanicId) throw ApiError.of("not_found", "There is no such exception.");
    answerResource(request, response, { name: "exception", resource: presentException(found) });
  };
}

function answerCreation({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(collectionParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const asked = await authorise(request, params, verifyToken);
    const { shopId, mechanicId, caller: principal } = asked;
    const key = creationKey(request);
    const fields = unwrap(readExceptionBody(parseBody(exceptionBody, request)));
    const creation = exceptionCreation(
      { shopId, kind: "exception", mechanicId, principal, key, fields },
      newId,
    );
    const created = await management.change(
      commandOf(asked, creation.ids.requestId),
      async (tx) => {
        const outcomes = await createExceptions(tx, { mechanicId, creations: [creation], confirm });
        return outcomes.ok ? outcomes.value[0]! : outcomes;
      },
      scopeOf(response),
    );
    level1.dropShop(shopId);
    const { exception, replayed } = unwrapChange(created);
    const resource = presentException(exception);
    answerResource(request, response, { status: replayed ? 200 : 201, name: "exception", resource });
  };
}

function answerReplacement({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(itemParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const asked = await authorise(request, params, verifyToken);
    const { exception_id: exceptionId } = params;
    const { mechanicId } = asked;
    const {
      id,
      mechanic_id,
      source: _,
      created_at: _c,
      updated_at: _u,
      ...body
    } = parseBody(exceptionReplacement, request);
    refuseOther("id", id, exceptionId);
    refuseOther("mechanic_id", mechanic_id, mechanicId);
    const fields = unwrap(readExceptionBody(body));
    const command = commandOf(asked, newId());
    const edit = { command, mechanicId, exceptionId, fields, precondition: requiredMatch(request), confirm };
    const changed = await management.change(command, (tx) => changeException(tx, edit), scopeOf(response));
    level1.dropShop(asked.shopId);
    const resource = presentException(unwrapChange(changed));
    answerResource(request, response, { name: "exception", resource });
  };
}

function refuseOther(path: string, given: string | null | undefined, expected: string): void {
  if ((given ?? expected) === expected) return;
  throw new ApiError(invalidRequest({ path, message: "Not the one in the path." }).refusal);
}

function answerDeletion({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(itemParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const asked = await authorise(request, params, verifyToken);
    const command = commandOf(asked, newId());
    const { mechanicId } = asked;
    const precondition = optionalMatch(request);
    const edit = {
      ...{ command, mechanicId, exceptionId: params.exception_id, fields: null, precondition, confirm },
    };
    const deleted = await management.change(command, (tx) => changeException(tx, edit), scopeOf(response));
    level1.dropShop(asked.shopId);
    response.json({ exception: presentException(unwrapChange(deleted)) });
  };
}

function answerClearing({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(collectionParams, request);
    const { confirm, from_date: from, to_date: to } = parseQuery(clearQuery, request);
    if (to < from) unwrap(invalidRequest({ path: "to_date", message: "Not on or after from_date." }));
    const asked = await authorise(request, params, verifyToken);
    const { shopId, mechanicId } = asked;
    const command = commandOf(asked, newId());
    const cleared = await clearExceptions(
      { management, newId },
      { command, mechanicId, range: { from, to }, confirm },
      scopeOf(response),
    );
    level1.dropShop(shopId);
    response.json({ from_date: from, to_date: to, ...unwrapChange(cleared) });
  };
}

function answerBatch({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(collectionParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const asked = await authorise(request, params, verifyToken);
    const { mechanicId, caller: principal } = asked;
    const key = creationKey(request);
    if (key === null) throw new ApiError(invalidRequest(KEY_NEEDED).refusal);
    const { exceptions: lines } = parseBody(exceptionBatchLines, request);
    const results = await createBatch(
      { management, newId },
      { command: commandOf(asked, newId()), batch: { mechanicId, principal, lines, key, confirm } },
      scopeOf(response),
    );
    level1.dropShop(asked.shopId);
    response.json({ results: unwrap(results) });
  };
}

const KEY_NEEDED = {
  path: "idempotency-key",
  message: "A batch needs the header: repeated with the same key, it creates only what is missing.",
};
