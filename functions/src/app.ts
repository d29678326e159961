import compression from "compression";
import cors from "cors";
import express, { type Express } from "express";
import helmet from "helmet";
import { availabilityRoutes } from "./availability/answers/availability-routes.ts";
import { manageRoutes } from "./bookings/manage-routes.ts";
import { bookingRoutes } from "./bookings/booking-routes.ts";
import { catalogRoutes } from "./catalog/catalog-routes.ts";
import type { Context } from "./context.ts";
import { holdRoutes } from "./holds/hold-routes.ts";
import { readBody } from "./platform/http/body.ts";
import { errorHandler, noSuchRoute } from "./platform/http/error-handler.ts";
import { healthRoutes } from "./platform/http/health.ts";
import { limitReads } from "./platform/http/rate-limit.ts";
import { openScope } from "./platform/http/request-scope.ts";
import { recalculationRoutes } from "./upkeep/recalculation/recalculation-routes.ts";
import { seedingRoutes } from "./upkeep/seeding/seed-routes.ts";
import { streamingRoutes } from "./availability/streaming/stream-routes.ts";

const EXPOSED_HEADERS = ["ETag", "X-Cache", "Server-Timing", "Retry-After", "RateLimit", "RateLimit-Policy"];

/** Assembles the HTTP API from the routes of the features. */
export function createApp(context: Context): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", context.config.trustedProxyHops);
  app.use(openScope(context.clock));
  // Pages of other origins may call the API.
  app.use(helmet({ crossOriginResourcePolicy: { policy: "cross-origin" } }));
  app.use(cors({ exposedHeaders: EXPOSED_HEADERS, maxAge: 3600 }));
  app.use(compression());
  // Before the limits: a monitor that checks often must not be told that the service is down.
  app.use(healthRoutes());
  if (context.config.rateLimits) app.use(limitReads());
  app.use(readBody);
  app.use(availabilityRoutes(context));
  app.use(streamingRoutes(context));
  app.use(recalculationRoutes(context));
  app.use(seedingRoutes(context));
  app.use(holdRoutes(context));
  app.use(bookingRoutes(context));
  app.use(manageRoutes(context));
  app.use(catalogRoutes(context));
  app.use(noSuchRoute);
  app.use(errorHandler);
  return app;
}
