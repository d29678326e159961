import compression from "compression";
import cors from "cors";
import express, { type Express } from "express";
import helmet from "helmet";
import { availabilityRoutes } from "./availability/answers/availability-routes.ts";
import { manageRoutes } from "./bookings/manage-routes.ts";
import { bookingRoutes } from "./bookings/booking-routes.ts";
import { calendarRoutes } from "./calendar/calendar-routes.ts";
import { calendarStreamAddressRoutes, calendarStreamRoutes } from "./calendar/calendar-stream-routes.ts";
import { catalogRoutes } from "./catalog/catalog-routes.ts";
import type { Context } from "./context.ts";
import { holdRoutes } from "./holds/hold-routes.ts";
import { bulkBookingRoutes } from "./management/bulk-bookings/bulk-routes.ts";
import { bodyLimit } from "./management/exceptions/bulk-routes.ts";
import { exceptionRoutes } from "./management/exceptions/exception-routes.ts";
import { auditRoutes } from "./management/audit/audit-routes.ts";
import { accessRoutes } from "./management/access/access-routes.ts";
import { customerRoutes } from "./management/customers/customer-routes.ts";
import { mechanicRoutes } from "./management/mechanics/mechanic-routes.ts";
import { scheduleRoutes } from "./management/schedules/schedule-routes.ts";
import { serviceRoutes } from "./management/services/service-routes.ts";
import { shopRoutes } from "./management/shops/shop-routes.ts";
import { readPlatform } from "./config.ts";
import { bodyReader } from "./platform/http/body.ts";
import { diagnosticsRoutes } from "./platform/http/diagnostics.ts";
import { errorHandler, noSuchRoute } from "./platform/http/error-handler.ts";
import { healthRoutes } from "./platform/http/health.ts";
import { noStore } from "./platform/http/no-store.ts";
import { limitRequests } from "./platform/http/rate-limit.ts";
import { openScope } from "./platform/http/request-scope.ts";
import { requireAppCheck } from "./platform/http/require-app-check.ts";
import { proxyRanges, trustProxies } from "./platform/http/trusted-proxies.ts";
import { problemRoutes } from "./problems/problem-routes.ts";
import { recalculationRoutes } from "./upkeep/recalculation/recalculation-routes.ts";
import { seedingRoutes } from "./upkeep/seeding/seed-routes.ts";
import { streamAddressRoutes, streamingRoutes } from "./availability/streaming/stream-routes.ts";

const EXPOSED_HEADERS = ["ETag", "X-Cache", "Server-Timing", "Retry-After", "RateLimit", "RateLimit-Policy"];

/** Assembles the HTTP API from the routes of the features. */
export function createApp(context: Context): Express {
  const app = publicApp(context);
  app.use(compression());
  const { rateLimits, appCheck } = context.config;
  // Before the limits: a monitor that checks often must not be told that the service is down.
  app.use(healthRoutes());
  if (rateLimits) app.use(limitRequests(context));
  if (appCheck !== "off") app.use(requireAppCheck({ ...context, mode: appCheck }));
  app.use(bodyReader((request) => bodyLimit(request, context.verifyToken)));
  app.use(diagnosticsRoutes({ ...context, platform: readPlatform() }));
  app.use(availabilityRoutes(context));
  app.use(streamAddressRoutes(context.config));
  app.use(recalculationRoutes(context));
  app.use(seedingRoutes(context));
  app.use(holdRoutes(context));
  app.use(bookingRoutes(context));
  app.use(manageRoutes(context));
  // Before the public lists at the same paths.
  app.use(shopRoutes(context));
  app.use(serviceRoutes(context));
  app.use(mechanicRoutes(context));
  app.use(catalogRoutes(context));
  app.use(problemRoutes(context));
  app.use(scheduleRoutes(context));
  app.use(bulkBookingRoutes(context));
  app.use(exceptionRoutes(context));
  app.use(auditRoutes(context));
  app.use(customerRoutes(context));
  app.use(calendarRoutes(context));
  app.use(calendarStreamAddressRoutes(context.config));
  app.use(accessRoutes(context));
  app.use(noSuchRoute);
  app.use(errorHandler);
  return app;
}

/** Assembles the app that serves event streams and nothing else. */
export function createStreamsApp(context: Context): Express {
  const app = publicApp(context);
  if (context.config.rateLimits) app.use(limitRequests(context));
  app.use(bodyReader());
  app.use(healthRoutes());
  app.use(streamingRoutes(context));
  app.use(calendarStreamRoutes(context));
  app.use(noSuchRoute);
  app.use(errorHandler);
  return app;
}

/** An app that pages of every origin may call. */
function publicApp({ clock, config }: Context): Express {
  const app = express();
  app.disable("x-powered-by");
  trustProxies(app, proxyRanges(config.trustedProxies));
  app.use(openScope(clock));
  app.use(noStore);
  app.use(helmet({ crossOriginResourcePolicy: { policy: "cross-origin" } }));
  app.use(cors({ exposedHeaders: EXPOSED_HEADERS, maxAge: 3600 }));
  return app;
}
