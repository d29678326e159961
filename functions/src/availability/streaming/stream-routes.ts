import { Router } from "express";
import { streamQuery } from "../answers/query-schemas.ts";
import { resolveSelection, selectionQuery, type SelectionDependencies } from "../answers/selection.ts";
import { slotPieces } from "../answers/slot-pieces.ts";
import { freeSlotsOf, presentSlot, type MechanicSlot } from "../answers/slots.ts";
import type { AvailabilityService } from "../generation/availability-service.ts";
import type { Scope } from "../../platform/scope.ts";
import { streamUrlOf } from "../../catalog/stream-url.ts";
import { invalidRequest, refuse } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseInput, parseParams, parseQuery } from "../../platform/http/validate.ts";
import type { OpenStreams } from "./open-streams.ts";
import { countAsOpen, lastEventHeaders, openEventStream, type EventStream } from "./event-stream.ts";
import type { SlotListener } from "./slot-feed.ts";
import type { SlotFeeds, SlotQuestion } from "./slot-feeds.ts";

const PATH = "/v1/shops/:shop_id/slots/stream";
/** The first event has every free slot: this many are less than a megabyte, which a client may leave unread. */
const MAX_SLOTS = 4_000;

interface StreamingContext extends SelectionDependencies {
  readonly availability: Pick<AvailabilityService, "daysForAnswer">;
  readonly feeds: Pick<SlotFeeds, "listen">;
  readonly openStreams: Pick<OpenStreams, "open">;
  readonly config: { readonly streamSeconds: number };
}

/**
 * `GET /v1/shops/{shop_id}/slots/stream`: the free slots of a date as server-sent events. The first event is `slots`
 * with all of them, then `removed` and `added` follow with the changes. A client that reconnects with a Last-Event-ID
 * gets the changes since, or all slots again.
 */
export function streamingRoutes(context: StreamingContext): Router {
  const router = Router();
  router
    .route(PATH)
    .get(async (request, response) => {
      const { shop_id: shopId } = parseParams(shopParams, request);
      const { date, time_zone: zone, ...parameters } = parseQuery(streamQuery, request);
      const { "last-event-id": lastId } = parseInput(lastEventHeaders, request.headers);
      const question = { shopId, date, query: selectionQuery(parameters) };
      countAsOpen(context.openStreams, request, response);
      await refuseUnknown(context, question, scopeOf(response));
      if (response.destroyed) return;
      if (request.method === "HEAD") response.type("text/event-stream").end();
      else {
        let stop = () => undefined as void;
        const client = openEventStream(response, context.config.streamSeconds, () => stop());
        stop = context.feeds.listen(question, slotEvents(client, question, zone), lastId);
      }
    })
    .all(onlyMethods("GET"));
  return router;
}

/** Answers at the function that does not serve streams: 404 with the address that does. */
export function streamAddressRoutes(config: { readonly streamsAddress: string | null }): Router {
  const router = Router();
  router
    .route(PATH)
    .get((request) => {
      const { shop_id: shopId } = parseParams(shopParams, request);
      const stream_url = streamUrlOf(config.streamsAddress, shopId);
      const message = `Streams have an address of their own: ${stream_url ?? "that of the function `streams`"}.`;
      throw new ApiError(refuse("not_found", message, { stream_url }).refusal);
    })
    .all(onlyMethods("GET"));
  return router;
}

/** Throws the refusal of a question that has no answer, as `GET …/slots` does, or one that is too large for events. */
async function refuseUnknown(
  context: StreamingContext,
  { shopId, date, query }: SlotQuestion,
  scope: Scope,
): Promise<void> {
  const forService = query.serviceId !== undefined;
  const ask = { shopId, dates: [date], fresh: false, forService };
  const { shop, days } = unwrap(await context.availability.daysForAnswer(ask, scope));
  const selection = unwrap(await resolveSelection(context, { shop, days: days.values(), query }, scope));
  const content = days.get(date);
  if (content && hasTooMany(slotPieces({ shop, date, content, selection, now: scope.now }, freeSlotsOf))) {
    const message = `More than ${MAX_SLOTS} slots are free: name one mechanic, or a service that fewer offer.`;
    throw new ApiError(invalidRequest({ path: "mechanic_id", message }).refusal);
  }
}

function hasTooMany(pieces: Iterable<readonly unknown[]>): boolean {
  let slots = 0;
  for (const piece of pieces) {
    slots += piece.length;
    if (slots > MAX_SLOTS) return true;
  }
  return false;
}

/** Returns a listener that sends slots and changes as events; times are at `zone`, by default the shop's. */
function slotEvents(
  client: EventStream,
  { shopId, date, query }: SlotQuestion,
  zone: string | undefined,
): SlotListener {
  const present = (slots: readonly MechanicSlot[], shopZone: string) =>
    slots.map((slot) => presentSlot(slot, query.serviceId ?? null, zone ?? shopZone));
  return {
    began: ({ id, slots }, shopZone) => {
      const time_zone = zone ?? shopZone;
      client.send("slots", { shop_id: shopId, date, time_zone, slots: present(slots, shopZone) }, id);
    },
    changed: ({ id, removed, added }, shopZone) => {
      // The last event of a change carries the id: a client that misses one of them gets both again.
      const hasBoth = removed.length > 0 && added.length > 0;
      if (removed.length > 0) {
        client.send("removed", { slots: present(removed, shopZone) }, hasBoth ? undefined : id);
      }
      if (added.length > 0) client.send("added", { slots: present(added, shopZone) }, id);
    },
    ended: () => client.close(),
  };
}
