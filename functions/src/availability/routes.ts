import { Router, type Request, type Response } from "express";
import { z } from "zod";
import type { Context } from "../context.ts";
import { daysBetween } from "../engine/dates.ts";
import { invalidRequest } from "../errors.ts";
import { ApiError, unwrap } from "../http/api-error.ts";
import { onlyMethods } from "../http/error-handler.ts";
import { idSchema } from "../http/fields.ts";
import { scopeOf } from "../http/request-scope.ts";
import { parseParams, parseQuery } from "../http/validate.ts";
import { availabilityQuery, datesAsked, pageOf, slotsQuery } from "./queries.ts";
import type { DaysRequest, Days } from "./service.ts";
import { resolveSelection, type SelectionQuery } from "./selection.ts";
import { decodePageToken, encodePageToken, isBefore } from "./slot-page.ts";
import { freeSlotsOf, legacyAnswer, presentSlot, type MechanicSlot } from "./slots.ts";

const shopParams = z.strictObject({ shop_id: idSchema });

export function availabilityRoutes(context: Context): Router {
  const router = Router();

  /** The days and the resolved selection; sets the headers that say where the answer came from. */
  async function look(ask: Omit<DaysRequest, "forService">, selection: SelectionQuery, response: Response) {
    const scope = scopeOf(response);
    const request = { ...ask, forService: selection.service_id !== undefined };
    const found = unwrap(await context.availability.days(request, scope));
    announce(response, found);
    const chosen = unwrap(await resolveSelection(context, found.shop, found.days.values(), selection, scope));
    return { ...found, selection: chosen, now: scope.now };
  }

  router
    .route("/availability")
    .get(async (request, response) => {
      const query = parseQuery(availabilityQuery, request);
      const { dates, next, single } = unwrap(datesAsked(query));
      const ask = { shopId: query.shop_id, dates, fresh: query.fresh || asksForFresh(request) };
      const { shop, days, selection, now } = await look(ask, query, response);
      const perDay = [...days].map(([date, content]) => ({
        date,
        slots: legacyAnswer(shop, date, content, selection, now),
      }));
      perDay.sort((a, b) => (a.date < b.date ? -1 : 1));
      if (single) response.json(perDay[0]?.slots ?? []);
      else {
        response.json({
          from_date: dates[0],
          to_date: dates.at(-1),
          time_zone: shop.time_zone,
          days: perDay,
          next_from_date: next,
        });
      }
    })
    .all(onlyMethods("GET"));

  router
    .route("/v1/shops/:shop_id/slots")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      const query = parseQuery(slotsQuery, request);
      const { dates, next, position } = slotDates(query);
      const ask = { shopId: shop_id, dates, fresh: query.fresh || asksForFresh(request) };
      const { shop, days, selection, now } = await look(ask, query, response);
      const page: MechanicSlot[] = [];
      let nextToken = next === null ? null : encodePageToken({ date: next, start: 0, mechanicId: "" });
      for (const date of dates) {
        const content = days.get(date);
        const slots = content ? freeSlotsOf(shop, date, content, selection, now) : [];
        const wanted = position?.date === date ? slots.filter((slot) => !isBefore(slot, position)) : slots;
        const room = query.limit - page.length;
        page.push(...wanted.slice(0, room));
        const beyond = wanted[room];
        if (beyond) {
          nextToken = encodePageToken({ date, start: beyond.start, mechanicId: beyond.mechanic_id });
          break;
        }
      }
      response.json({
        shop_id: shop.id,
        time_zone: shop.time_zone,
        slots: page.map((slot) => presentSlot(slot, selection.service?.id ?? null, shop.time_zone)),
        next_page_token: nextToken,
      });
    })
    .all(onlyMethods("GET"));

  return router;
}

function slotDates(query: z.output<typeof slotsQuery>) {
  const position = query.page_token === undefined ? undefined : decodePageToken(query.page_token);
  const inRange =
    position && daysBetween(query.from, position.date) >= 0 && daysBetween(position.date, query.to) >= 0;
  if (query.page_token !== undefined && !inRange) {
    const message = "Not a token that this range's pages gave.";
    throw new ApiError(invalidRequest({ path: "page_token", message }).refusal);
  }
  unwrap(pageOf(query.from, query.to, "to"));
  return { ...unwrap(pageOf(position?.date ?? query.from, query.to, "to")), position };
}

function asksForFresh(request: Request): boolean {
  return /\bno-cache\b/i.test(request.get("cache-control") ?? "");
}

function announce(response: Response, { source, timing }: Days): void {
  response.set("X-Cache", source);
  const steps = Object.entries(timing).map(([step, ms]) => `${step};dur=${ms.toFixed(1)}`);
  if (steps.length > 0) response.set("Server-Timing", steps.join(", "));
  // Slots are gone the moment somebody books: no cache between here and the customer may keep them.
  response.set("Cache-Control", "no-store");
}
