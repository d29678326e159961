import { onInit } from "firebase-functions/v2/core";
import { onDocumentCreated, onDocumentWritten } from "firebase-functions/v2/firestore";
import { onRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { createApp } from "./app.ts";
import { readPlatform, readRegion } from "./config.ts";
import { createContext, type Context } from "./context.ts";
import { millis } from "./engine/units.ts";
import { sweepHolds } from "./holds/sweep-holds.ts";
import { guardHttpRequests, preventDomains } from "./platform/http/platform-guard.ts";
import { deliver } from "./notifications/delivery.ts";
import { catalogTriggers } from "./upkeep/triggers/catalog-triggers.ts";
import { warmAvailability } from "./upkeep/warming/warm-availability.ts";

const REGION = readRegion();

let context: Context | undefined;
let app: ReturnType<typeof createApp> | undefined;

// Not at load: a deployment loads the code to list its functions, when parameters have no values yet.
onInit(() => {
  // Concurrent first requests both run this; they share one context.
  context ??= createContext();
  app ??= createApp(context);
});

if (readPlatform().servesHttp) {
  guardHttpRequests();
  preventDomains();
}

/** The HTTP API. The timeout is for event streams, which close before it; all other requests take seconds. */
export const api = onRequest(
  { region: REGION, invoker: "public", concurrency: 80, timeoutSeconds: 300 },
  (request, response) => void app?.(request, response),
);

/** Corrects ledgers and days after a booking was written past the API. */
export const onbookingwritten = onDocumentWritten(
  { document: "shops/{shopId}/bookings/{bookingId}", region: REGION, retry: true },
  async (event) => {
    const { shopId, bookingId } = event.params;
    const { before, after } = event.data ?? {};
    await context?.reconciler.reconcile(shopId, bookingId, { before, after });
  },
);

/** Invalidate caches after the catalog or an exception was changed past the API. */
export const { onshopwritten, onservicewritten, onmechanicwritten, onexceptionwritten } = catalogTriggers(
  REGION,
  () => context?.changes,
);

/** Delivers a notification from the outbox. The delays between attempts add up to fifteen seconds. */
export const onnotificationcreated = onDocumentCreated(
  {
    document: "shops/{shopId}/notifications/{notificationId}",
    region: REGION,
    retry: true,
    timeoutSeconds: 120,
  },
  async (event) => {
    if (context) await deliver(context, event.params);
  },
);

/** Deletes expired holds, which no longer take time. */
export const sweepholds = onSchedule({ schedule: "every 5 minutes", region: REGION }, async () => {
  if (context) await sweepHolds(context.holds, context.clock.now());
});

const WARM_UP_SECONDS = 1_740;

/** Fills the coming days of every shop at 02:00 of its own clock; it runs every hour because zones differ. */
export const warmavailability = onSchedule(
  { schedule: "0 * * * *", region: REGION, timeoutSeconds: WARM_UP_SECONDS + 60 },
  async () => {
    if (context) await warmAvailability(context, millis(context.clock.now() + WARM_UP_SECONDS * 1000));
  },
);
