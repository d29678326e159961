import { Router } from "express";
import { onlyMethods } from "./error-handler.ts";

/** `GET /healthz`: whether the process answers. It reads nothing: a health check must not cost reads. */
export function healthRoutes(): Router {
  const router = Router();
  router
    .route("/healthz")
    .get((_request, response) => {
      response.json({ status: "ok" });
    })
    .all(onlyMethods("GET"));
  return router;
}
