import { actorOf } from "../../audit/actor.ts";
import { Router, type Request, type Response } from "express";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { mechanicParams, noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { optionalMatch } from "../management-request.ts";
import type { ManagementStore } from "../management-store.ts";
import { answerResource } from "../../platform/http/resource-answer.ts";
import { adminAccessBody, mechanicAccessBody } from "./access-body.ts";
import { changeAccess } from "./change-access.ts";
import type { AccessChange } from "./decide-access.ts";
import type { UserDirectory } from "./users.ts";

interface Dependencies {
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly users: UserDirectory;
  readonly verifyToken: VerifyToken;
}

type Kind = AccessChange["kind"];

/** Routes by which a shop's admins give users roles in it, and take them away. */
export function accessRoutes(dependencies: Dependencies): Router {
  const router = Router();
  const admin = (kind: Kind) => (request: Request, response: Response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    const role = { role: "admin", shopId, mechanicId: null } as const;
    return answerChange(dependencies, { kind, role, schema: adminAccessBody }, request, response);
  };
  const mechanic = (kind: Kind) => (request: Request, response: Response) => {
    const { shop_id: shopId, mechanic_id: mechanicId } = parseParams(mechanicParams, request);
    const role = { role: "mechanic", shopId, mechanicId } as const;
    return answerChange(dependencies, { kind, role, schema: mechanicAccessBody }, request, response);
  };
  for (const [path, handler] of [
    ["/v1/shops/:shop_id/access", admin],
    ["/v1/shops/:shop_id/mechanics/:mechanic_id/access", mechanic],
  ] as const) {
    router.route(path).put(handler("grant")).delete(handler("revoke")).all(onlyMethods("PUT", "DELETE"));
  }
  return router;
}

interface Asked {
  readonly kind: Kind;
  readonly role: AccessChange["role"];
  readonly schema: typeof adminAccessBody | typeof mechanicAccessBody;
}

async function answerChange(
  { management, newId, users, verifyToken }: Dependencies,
  { kind, role, schema }: Asked,
  request: Request,
  response: Response,
): Promise<void> {
  parseQuery(noQuery, request);
  const { shopId } = role;
  const caller = await requireAdmin(request, shopId, verifyToken);
  const { email, uid } = parseBody(schema, request);
  const command = { shopId, requestId: newId(), actor: actorOf(caller) };
  const change = { kind, role, actorUid: caller.uid };
  const wanted = { subject: { email, uid }, change, precondition: optionalMatch(request) };
  const changed = await changeAccess({ management, users }, { command, request: wanted }, scopeOf(response));
  answerResource(request, response, { name: "access", resource: unwrapChange(changed) });
}
