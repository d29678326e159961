import { Router, type Response } from "express";
import { z } from "zod";
import { streamQuery } from "../answers/query-schemas.ts";
import { resolveSelection } from "../answers/selection.ts";
import { presentSlot, type MechanicSlot } from "../answers/slots.ts";
import type { Context } from "../../context.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseInput, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { openEventStream, type EventStream } from "./event-stream.ts";
import type { SlotListener } from "./slot-feed.ts";

const headers = z.object({ "last-event-id": z.string().max(200).optional() });

/**
 * `GET /v1/shops/{shop_id}/slots/stream`: the free slots of a date as server-sent events. First `slots` with all of
 * them, then `removed` and `added` with what changes. A client that comes back with a Last-Event-ID is told what it
 * has missed, or all slots anew.
 */
export function streamingRoutes(context: Context): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/slots/stream")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      const { date, time_zone, ...query } = parseQuery(streamQuery, request);
      const { "last-event-id": lastId } = parseInput(headers, request.headers);
      const scope = scopeOf(response);
      const ask = {
        shopId: shop_id,
        dates: [date],
        fresh: false,
        forService: query.service_id !== undefined,
      };
      const { shop, days } = unwrap(await context.availability.daysForAnswer(ask, scope));
      unwrap(await resolveSelection(context, shop, days.values(), query, scope));
      if (response.destroyed) return;
      if (request.method === "HEAD") response.type("text/event-stream").end();
      else {
        const present = (slots: readonly MechanicSlot[], shopZone: string) =>
          slots.map((slot) => presentSlot(slot, query.service_id ?? null, time_zone ?? shopZone));
        const about = { shop_id, date };
        stream(context, response, (client) => {
          const listener: SlotListener = {
            began: ({ id, slots }, zone) => {
              const body = { ...about, time_zone: time_zone ?? zone, slots: present(slots, zone) };
              client.send("slots", body, id);
            },
            changed: ({ id, removed, added }, zone) => {
              // The id comes with the last of a change's events: whoever misses one of them is told both again.
              const hasBoth = removed.length > 0 && added.length > 0;
              if (removed.length > 0) {
                client.send("removed", { slots: present(removed, zone) }, hasBoth ? undefined : id);
              }
              if (added.length > 0) client.send("added", { slots: present(added, zone) }, id);
            },
            ended: () => client.close(),
          };
          return context.feeds.listen({ shopId: shop_id, date, query }, listener, lastId);
        });
      }
    })
    .all(onlyMethods("GET"));
  return router;
}

/** Opens the stream, and stops listening when it closes. */
function stream({ config }: Context, response: Response, listen: (client: EventStream) => () => void): void {
  let stop = () => undefined as void;
  const client = openEventStream(response, config.streamSeconds, () => stop());
  stop = listen(client);
}
