import { z } from "zod";
import { addDays } from "../../functions/src/engine/dates.ts";
import type { PlainDate } from "../../functions/src/engine/types.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import { minuteOfMoment } from "../import/columns.ts";
import type { OurShop, Slot } from "./compare-day.ts";
import { EndpointError, getJson, type Patience } from "./endpoint.ts";

/** What is asked of both systems. */
export interface Question {
  readonly shopId: string;
  readonly serviceId: string | null;
  /** The mechanic's id in our shop. */
  readonly mechanicId: string | null;
  readonly durationMinutes: number | null;
}

/** How the old system names things. */
export interface OldNames {
  readonly tenantId: string | null;
  /** Our ids of its mechanics. */
  readonly mechanics: Readonly<Record<string, string>>;
}

const availability = z.array(
  z.object({ start: z.string(), end: z.string(), is_free: z.boolean(), mechanic_id: z.coerce.string() }),
);
const availableSlots = z.object({
  slots: z.array(
    z.object({ start_time: z.string(), end_time: z.string(), staff_id: z.coerce.string().nullish() }),
  ),
});
const shopAnswer = z.object({
  time_zone: z.string(),
  policy: z.object({ lead_time_minutes: z.number(), horizon_days: z.number().nullable() }),
});
const mechanicsAnswer = z.object({
  mechanics: z.array(z.object({ id: z.string(), specialties: z.array(z.string()) })),
});

/** Reads what is public of our shop. */
export async function readShop(base: string, shopId: string, patience: Patience): Promise<OurShop> {
  const path = `/v1/shops/${encodeURIComponent(shopId)}`;
  const { time_zone, policy } = await getJson(urlOf(base, path, {}), shopAnswer, patience);
  const { mechanics } = await getJson(urlOf(base, `${path}/mechanics`, {}), mechanicsAnswer, patience);
  return {
    zone: time_zone,
    leadMinutes: policy.lead_time_minutes,
    horizonDays: policy.horizon_days,
    specialties: new Map(mechanics.map(({ id, specialties }) => [id, specialties])),
  };
}

/** Asks `GET /availability`, which lists free and taken slots. `names` is null for our own endpoint. */
export async function askAvailability(
  base: string,
  { question, date, zone, names }: Asked & { readonly names: OldNames | null },
  patience: Patience,
): Promise<Slot[]> {
  const url = urlOf(base, "/availability", {
    date,
    service_id: question.serviceId,
    ...(names === null && {
      shop_id: question.shopId,
      mechanic_id: question.mechanicId,
      duration_minutes: question.durationMinutes?.toString() ?? null,
    }),
  });
  const found = await getJson(url, availability, patience);
  const slots = found.map(({ start, end, is_free, mechanic_id }) => ({
    ...placed(url, zone, start, end),
    isFree: is_free,
    mechanicId: names === null ? mechanic_id : ourId(names, mechanic_id),
  }));
  return slots.filter(({ mechanicId }) => question.mechanicId === null || mechanicId === question.mechanicId);
}

interface Asked {
  readonly question: Question;
  readonly date: PlainDate;
  readonly zone: string;
}

/** Asks `GET /api/booking/get-available-slots`, which lists free slots only. */
export async function askAvailableSlots(
  base: string,
  { question, date, zone, names }: Asked & { readonly names: OldNames },
  patience: Patience,
): Promise<Slot[]> {
  const { mechanicId, durationMinutes } = question;
  // Its dates may be those of UTC: the neighbours' slots of the shop's date count too.
  const url = urlOf(base, "/api/booking/get-available-slots", {
    tenant_id: names.tenantId,
    staff_id: mechanicId === null ? null : oldId(names, mechanicId),
    start_date: addDays(date, -1),
    end_date: addDays(date, 1),
    duration_minutes: durationMinutes?.toString() ?? null,
  });
  const { slots } = await getJson(url, availableSlots, patience);
  return slots
    .map(({ start_time, end_time, staff_id }) => ({
      ...placed(url, zone, start_time, end_time),
      isFree: true,
      mechanicId: typeof staff_id === "string" ? ourId(names, staff_id) : mechanicId,
    }))
    .filter(({ start }) => dateOf(zone, start) === date);
}

function placed(url: URL, zone: string, startText: string, endText: string) {
  const [start, end] = [minuteOfMoment(startText, zone), minuteOfMoment(endText, zone)];
  if (start !== undefined && end !== undefined) return { start, end };
  throw new EndpointError(`${url.href}: a slot from ${startText} to ${endText} has no valid time`);
}

function ourId({ mechanics }: OldNames, id: string): string {
  return Object.hasOwn(mechanics, id) ? (mechanics[id] ?? id) : id;
}

function oldId({ mechanics }: OldNames, id: string): string {
  return Object.entries(mechanics).find(([, ours]) => ours === id)?.[0] ?? id;
}

function urlOf(base: string, path: string, query: Readonly<Record<string, string | null>>): URL {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
  return url;
}
