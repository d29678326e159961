import { Router, type RequestHandler } from "express";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { idSchema } from "../../platform/http/fields.ts";
import { noQuery } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { confirmQuery, creationKey, optionalMatch, requiredMatch } from "../management-request.ts";
import { answerResource } from "../../platform/http/resource-answer.ts";
import { answerBatch, answerClearing } from "./bulk-routes.ts";
import { changeException } from "./change-exception.ts";
import { createExceptions, exceptionCreation } from "./create-exceptions.ts";
import { exceptionBody, exceptionReplacement, readExceptionBody } from "./exception-body.ts";
import {
  authorise,
  COLLECTIONS,
  commandOf,
  ownerParams,
  type ChangeDependencies,
} from "./exception-request.ts";
import { exceptionListQuery, listExceptions, type ListDependencies } from "./list-exceptions.ts";
import { presentException } from "./write-exceptions.ts";

const itemParams = ownerParams.extend({ exception_id: idSchema });

type Dependencies = ListDependencies & ChangeDependencies;

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

function answerList(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(ownerParams, request);
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
    const params = parseParams(ownerParams, request);
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
