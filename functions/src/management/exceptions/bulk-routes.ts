import type { Request, RequestHandler } from "express";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { MAX_BODY_BYTES } from "../../platform/http/body.ts";
import { dateSchema } from "../../platform/http/fields.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { staffOf } from "../../platform/http/staff.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { confirmQuery, creationKey } from "../management-request.ts";
import { createBatch, exceptionBatchLines } from "./batch-exceptions.ts";
import { clearExceptions } from "./clear-exceptions.ts";
import { authorise, commandOf, ownerParams, type ChangeDependencies } from "./exception-request.ts";

/** The query of `DELETE …/exceptions`: the dates to clear, both inclusive. */
export const clearQuery = confirmQuery.extend({ from_date: dateSchema, to_date: dateSchema });

/** 500 exceptions with the longest reasons and rules are about 1.2 MB. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_PATH = /^\/v1\/shops\/[^/]+\/(?:mechanics\/[^/]+\/)?exceptions:batch\/?$/i;

/** Returns how many bytes a request's body may have: more for batches of the shop's staff. */
export async function bodyLimit(request: Request, verify: VerifyToken): Promise<number> {
  const isBatch = request.method === "POST" && BATCH_PATH.test(request.path);
  return isBatch && (await staffOf(request, verify)) ? MAX_BATCH_BYTES : MAX_BODY_BYTES;
}

/** Clears a range of dates. */
export function answerClearing({
  level1,
  management,
  newId,
  verifyToken,
}: ChangeDependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(ownerParams, request);
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

/** Creates the exceptions of a batch. */
export function answerBatch({ level1, management, newId, verifyToken }: ChangeDependencies): RequestHandler {
  return async (request, response) => {
    const params = parseParams(ownerParams, request);
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
