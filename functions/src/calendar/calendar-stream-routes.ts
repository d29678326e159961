import { Router, type Request, type RequestHandler } from "express";
import { countAsOpen, lastEventHeaders, openEventStream } from "../availability/streaming/event-stream.ts";
import type { OpenStreams } from "../availability/streaming/open-streams.ts";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { refuse } from "../platform/errors.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseInput, parseQuery } from "../platform/http/validate.ts";
import type { CalendarFeeds } from "./calendar-feeds.ts";
import { calendarStreamQuery, shownStatuses } from "./calendar-query.ts";
import { CALENDARS, requireReader, type Whose } from "./calendar-routes.ts";
import { findCalendar, type CalendarDependencies } from "./show-calendar.ts";

interface Dependencies extends Pick<CalendarDependencies, "catalog"> {
  readonly calendarFeeds: Pick<CalendarFeeds, "listen">;
  readonly openStreams: Pick<OpenStreams, "open">;
  readonly verifyToken: VerifyToken;
  readonly config: { readonly streamSeconds: number };
}

/**
 * `GET …/calendar/stream`: a day of a calendar as server-sent events, for those who may see it. Each event is `day` with the
 * whole day; the first comes at once, unless Last-Event-ID names it, and the next whenever the day has changed.
 */
export function calendarStreamRoutes(dependencies: Dependencies): Router {
  const router = Router();
  for (const { path, whose } of CALENDARS) {
    router.route(`${path}/stream`).get(follow(dependencies, whose)).all(onlyMethods("GET"));
  }
  return router;
}

/** Answers at the function that does not serve streams: 404 with the address that does. */
export function calendarStreamAddressRoutes(config: { readonly streamsAddress: string | null }): Router {
  const router = Router();
  for (const { path, whose } of CALENDARS) {
    router
      .route(`${path}/stream`)
      .get((request) => {
        whose(request);
        const stream_url = config.streamsAddress === null ? null : `${config.streamsAddress}${request.path}`;
        const message = `Streams have an address of their own: ${stream_url ?? "that of the function `streams`"}.`;
        throw new ApiError(refuse("not_found", message, { stream_url }).refusal);
      })
      .all(onlyMethods("GET"));
  }
  return router;
}

function follow(dependencies: Dependencies, whose: (request: Request) => Whose): RequestHandler {
  const { calendarFeeds, openStreams, verifyToken, config } = dependencies;
  return async (request, response) => {
    const asked = whose(request);
    const { date, status } = parseQuery(calendarStreamQuery, request);
    const { "last-event-id": known } = parseInput(lastEventHeaders, request.headers);
    await requireReader(request, asked, verifyToken);
    countAsOpen(openStreams, request, response);
    unwrap(await findCalendar(dependencies, asked, scopeOf(response)));
    if (response.destroyed) return;
    if (request.method === "HEAD") {
      response.type("text/event-stream").end();
      return;
    }
    let stop = () => undefined as void;
    const client = openEventStream(response, config.streamSeconds, () => stop());
    let isFirst = true;
    stop = calendarFeeds.listen(
      { ...asked, date, statuses: shownStatuses(status) },
      {
        shown: (day, id) => {
          if (!isFirst || id !== known) client.send("day", day, id);
          isFirst = false;
        },
        ended: () => client.close(),
      },
    );
  };
}
