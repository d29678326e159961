import { setGlobalOptions } from "firebase-functions/v2";
import { onInit } from "firebase-functions/v2/core";
import { onDocumentCreated, onDocumentWritten } from "firebase-functions/v2/firestore";
import { onRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { createApp, createStreamsApp } from "./app.ts";
import { API_SECRETS, manageTokenSecret, readPlatform, readRegion, RESOURCES } from "./config.ts";
import { createContext, type Context } from "./context.ts";
import { millis } from "./engine/units.ts";
import { sweepHolds } from "./holds/sweep-holds.ts";
import { guardHttpRequests, preventDomains } from "./platform/http/platform-guard.ts";
import { runBeforeShutdown } from "./platform/shutdown.ts";
import { deliver } from "./notifications/delivery.ts";
import { catalogTriggers } from "./upkeep/triggers/catalog-triggers.ts";
import { resumeRezonings, rezoneChangedShops } from "./upkeep/rezoning/resume-rezonings.ts";
import { warmAvailability } from "./upkeep/warming/warm-availability.ts";

const REGION = readRegion();
const { concurrency, memory, minInstances, maxInstances } = RESOURCES;
setGlobalOptions({ memory, maxInstances });

let context: Context | undefined;
let app: ReturnType<typeof createApp> | undefined;
let streamsApp: ReturnType<typeof createStreamsApp> | undefined;

// Not at load: a deployment loads the code to list its functions, when parameters have no values yet.
onInit(() => {
  // Concurrent first requests both run this; they share one context.
  if (!context) {
    const { refusals } = (context = createContext());
    runBeforeShutdown(() => refusals.flush());
  }
  app ??= createApp(context);
  streamsApp ??= createStreamsApp(context);
});

if (readPlatform().servesHttp) {
  guardHttpRequests();
  preventDomains();
}

/** The HTTP API. Requests take seconds, and Hosting ends them after a minute. */
export const api = onRequest(
  { region: REGION, invoker: "public", concurrency, minInstances, timeoutSeconds: 60, secrets: API_SECRETS },
  (request, response) => void app?.(request, response),
);

/**
 * The event streams, in instances of their own: open streams take no place from requests. More streams than
 * STREAMS_PER_INSTANCE are refused before the platform would queue them; they close themselves before the timeout.
 */
export const streams = onRequest(
  {
    region: REGION,
    invoker: "public",
    concurrency: 250,
    timeoutSeconds: 300,
    secrets: API_SECRETS,
  },
  (request, response) => void streamsApp?.(request, response),
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

/** Invalidate caches after the catalog, an exception or a ledger was changed past the API. */
export const { onshopwritten, onservicewritten, onmechanicwritten, onexceptionwritten, onledgerwritten } =
  catalogTriggers(REGION, () => context);

/** Delivers a notification from the outbox. The delays between attempts add up to fifteen seconds. */
export const onnotificationcreated = onDocumentCreated(
  {
    document: "shops/{shopId}/notifications/{notificationId}",
    region: REGION,
    retry: true,
    timeoutSeconds: 120,
    secrets: [manageTokenSecret],
  },
  async (event) => {
    if (context) await deliver(context, event.params);
  },
);

const SWEEP_SECONDS = 300;

/** Deletes expired holds, which no longer take time, and continues changes of a time zone that were interrupted. */
export const sweepholds = onSchedule(
  { schedule: "every 5 minutes", region: REGION, timeoutSeconds: SWEEP_SECONDS },
  async () => {
    if (!context) return;
    await sweepHolds(context.holds, context.clock.now());
    await resumeRezonings(context, millis(context.clock.now() + (SWEEP_SECONDS - 120) * 1000));
  },
);

const WARM_UP_SECONDS = 1_740;

/**
 * Fills the coming days of every shop at 02:00 of its own clock; it runs every hour because zones differ. Before that, it
 * re-files the ledgers of shops whose changed time zone no trigger has noticed.
 */
export const warmavailability = onSchedule(
  { schedule: "0 * * * *", region: REGION, timeoutSeconds: WARM_UP_SECONDS + 60 },
  async () => {
    if (!context) return;
    const deadline = millis(context.clock.now() + WARM_UP_SECONDS * 1000);
    await rezoneChangedShops(context, deadline);
    await warmAvailability(context, deadline);
  },
);
