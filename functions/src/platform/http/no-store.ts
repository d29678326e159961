import type { RequestHandler } from "express";

/**
 * Forbids caches on the way to store the answer, unless its route says otherwise. Without this, a CDN may store
 * answers by its own rules: Firebase Hosting's keeps a 404 for ten minutes.
 */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
