import { Router } from "express";
import { onlyMethods } from "./error-handler.ts";

/**
 * `GET /v1/health`: whether the process answers. It reads nothing: a health check must not cost reads. `/healthz` is an
 * alias for local use: Cloud Run reserves that path and answers it without asking the function.
 */
export function healthRoutes(): Router {
  const router = Router();
  router
    .route(["/v1/health", "/healthz"])
    .get((_request, response) => {
      response.json({ status: "ok" });
    })
    .all(onlyMethods("GET"));
  return router;
}
