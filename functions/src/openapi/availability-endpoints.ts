import { z } from "zod";
import { availabilityQuery, slotsQuery, streamQuery } from "../availability/answers/query-schemas.ts";
import type { LegacySlot } from "../availability/day/day.ts";
import { lastEventHeaders } from "../availability/streaming/event-stream.ts";
import { shopParams } from "../platform/http/params.ts";
import { ANYONE } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_SLOT } from "./examples.ts";
import { pageToken, plainDate, shownSlot } from "./shown.ts";

const legacySlot = z
  .strictObject({
    start: z.string(),
    end: z.string(),
    is_free: z.boolean(),
    mechanic_id: z.string(),
  })
  .meta({ id: "LegacySlot" }) satisfies z.ZodType<LegacySlot>;

const legacyAnswer = z.union([
  z.array(legacySlot),
  z.strictObject({
    from_date: plainDate,
    to_date: plainDate,
    time_zone: z.string(),
    days: z.array(z.strictObject({ date: plainDate, slots: z.array(legacySlot) })),
    next_from_date: plainDate.nullable(),
  }),
]);

const slotsAnswer = z.union([
  z.strictObject({
    shop_id: z.string(),
    time_zone: z.string(),
    slots: z.array(shownSlot),
    next_page_token: pageToken,
  }),
  z.strictObject({
    shop_id: z.string(),
    time_zone: z.string(),
    slot: shownSlot.nullable(),
    next_from: plainDate.nullable(),
  }),
]);

/** The headers that name the source of an answer and its duration. */
const SOURCE = { "X-Cache": z.enum(["L1", "HIT", "MISS", "BYPASS"]), "Server-Timing": z.string().optional() };
const WHY_NOT_FRESH = ["unauthenticated", "forbidden"] as const;
const SELECTION = ["service_inactive", "mechanic_inactive", "not_qualified", "invalid_duration"] as const;
const QUESTION = [...SELECTION, "invalid_request", "not_found", "shop_inactive", "shop_rezoning"] as const;

export const AVAILABILITY_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "getAvailability",
    method: "get",
    path: "/availability",
    tag: "Availability",
    summary: "Show every slot of a date or a range, free and taken",
    description:
      "The legacy format. With `date` the answer is the list of its slots; with `from_date` and `to_date` it is a page of at most 62 days.",
    callers: ANYONE,
    query: availabilityQuery,
    queryExample: { shop_id: "default", date: "2026-01-15" },
    answerHeaders: SOURCE,
    answers: {
      200: {
        description: "The slots, ordered by start, then mechanic; times are the shop's wall time.",
        schema: legacyAnswer,
        example: [
          {
            start: "2026-01-15T14:00:00",
            end: "2026-01-15T15:00:00",
            is_free: true,
            mechanic_id: "mechanic_123",
          },
        ],
      },
    },
    errors: [...WHY_NOT_FRESH, ...QUESTION],
  },
  {
    id: "listSlots",
    method: "get",
    path: "/v1/shops/{shop_id}/slots",
    tag: "Availability",
    summary: "List free slots, or find the next one",
    callers: ANYONE,
    params: shopParams,
    query: slotsQuery,
    queryExample: { from: "2026-01-15", to: "2026-01-16", service_id: "oil_change" },
    answerHeaders: SOURCE,
    answers: {
      200: {
        description: "A page of free slots; with `view=first` the next one, null where there is none.",
        schema: slotsAnswer,
        example: {
          shop_id: "default",
          time_zone: "America/New_York",
          slots: [EXAMPLE_SLOT],
          next_page_token: null,
        },
      },
    },
    errors: [...WHY_NOT_FRESH, ...QUESTION],
  },
  {
    id: "streamSlots",
    method: "get",
    path: "/v1/shops/{shop_id}/slots/stream",
    tag: "Availability",
    summary: "Follow the free slots of a date",
    description:
      "Server-sent events: `slots` with all free slots, then `removed` and `added` with the changes. Streams have an address of their own, the shop's `stream_url`; here the answer is 404 and names it.",
    callers: ANYONE,
    params: shopParams,
    query: streamQuery,
    queryExample: { date: "2026-01-15" },
    headers: lastEventHeaders,
    answers: {
      200: {
        description: "The events.",
        type: "text/event-stream",
        schema: z.string(),
        example: 'event: slots\nid: 1768482000000-4\ndata: {"shop_id":"default","slots":[]}\n\n',
      },
    },
    errors: [...QUESTION, "too_many_streams"],
  },
];
