import { Router } from "express";
import { onlyMethods } from "./error-handler.ts";

/** `GET /healthz`: the process answers. It asks nobody else: a check must not cost reads. */
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
