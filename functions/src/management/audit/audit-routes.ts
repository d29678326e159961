import { Router } from "express";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../../platform/http/validate.ts";
import { auditQuery, listAudit, type AuditDependencies } from "./list-audit.ts";

interface Dependencies extends AuditDependencies {
  readonly verifyToken: VerifyToken;
}

/** The route that lists a shop's audit trail, for its admins. */
export function auditRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/audit")
    .get(async (request, response) => {
      const { shop_id: shopId } = parseParams(shopParams, request);
      const query = parseQuery(auditQuery, request);
      await requireAdmin(request, shopId, dependencies.verifyToken);
      const page = unwrap(await listAudit(dependencies, { shopId, query }, scopeOf(response)));
      response.json({ entries: page.entries, next_page_token: page.nextPageToken });
    })
    .all(onlyMethods("GET"));
  return router;
}
