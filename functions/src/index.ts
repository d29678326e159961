import { onInit } from "firebase-functions/v2/core";
import { onDocumentCreated, onDocumentWritten } from "firebase-functions/v2/firestore";
import { onRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { createApp } from "./app.ts";
import { readPlatform } from "./config.ts";
import { createContext, type Context } from "./context.ts";
import { sweepHolds } from "./holds/sweep-holds.ts";
import { guardHttpRequests, preventDomains } from "./platform/http/platform-guard.ts";
import { deliver } from "./notifications/delivery.ts";
import { catalogTriggers } from "./upkeep/triggers/catalog-triggers.ts";
import { warmAvailability } from "./upkeep/warming/warm-availability.ts";

const REGION = "us-central1";

let context: Context | undefined;
let app: ReturnType<typeof createApp> | undefined;

// Not at load: the code is also loaded to find out what there is to deploy, where parameters have no values.
onInit(() => {
  // Concurrent first requests both get here; they share one context.
  context ??= createContext();
  app ??= createApp(context);
});

if (readPlatform().servesHttp) {
  guardHttpRequests();
  preventDomains();
}

/** The HTTP API. Its time limit is for event streams, which close before it; all else answers in seconds. */
export const api = onRequest(
  { region: REGION, invoker: "public", concurrency: 80, timeoutSeconds: 300 },
  (request, response) => void app?.(request, response),
);

/** Keeps ledgers and days right when a booking is written past the API. */
export const onbookingwritten = onDocumentWritten(
  { document: "shops/{shopId}/bookings/{bookingId}", region: REGION, retry: true },
  async (event) => {
    const { shopId, bookingId } = event.params;
    const { before, after } = event.data ?? {};
    await context?.reconciler.reconcile(shopId, bookingId, { before, after });
  },
);

/** Bump what the API would have bumped when the catalog or an exception is changed past it. */
export const { onshopwritten, onservicewritten, onmechanicwritten, onexceptionwritten } = catalogTriggers(
  REGION,
  () => context?.changes,
);

/** Delivers what a transaction has put into the outbox. Its pauses between attempts add up to fifteen seconds. */
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

/** Clears expired holds away, which count for nothing already. */
export const sweepholds = onSchedule({ schedule: "every 5 minutes", region: REGION }, async () => {
  if (context) await sweepHolds(context.holds, context.clock.now());
});

const WARM_UP_SECONDS = 1_740;

/** Fills the coming days of every shop at 02:00 on its own clock: zones differ, so it looks every hour. */
export const warmavailability = onSchedule(
  { schedule: "0 * * * *", region: REGION, timeoutSeconds: WARM_UP_SECONDS + 60 },
  async () => {
    if (context) await warmAvailability(context, context.clock.now() + WARM_UP_SECONDS * 1000);
  },
);
