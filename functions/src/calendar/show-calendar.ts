import type { CatalogReader } from "../catalog/catalog-reader.ts";
import type { Shop } from "../catalog/schema.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { Interval } from "../engine/types.ts";
import { dayBounds } from "../engine/zone.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import type { MonthPage } from "./calendar-query.ts";
import type { CalendarDay, CalendarFilter, CalendarStore } from "./calendar-store.ts";
import { MonthCounts } from "./month-counts.ts";
import { presentMechanicDay, presentShopDay, type CalendarSources } from "./present-day.ts";

export interface CalendarDependencies {
  readonly calendars: CalendarStore;
  readonly catalog: CatalogReader;
  readonly services: ServicesMemory;
}

/** Returns the counts of a month's days: a mechanic's, or the shop's by mechanic. */
export async function showMonth(
  { calendars, catalog }: CalendarDependencies,
  { filter, asked }: { readonly filter: CalendarFilter; readonly asked: MonthPage },
  scope: Scope,
): Promise<Outcome<object>> {
  const { mechanicId } = filter;
  const found = await findCalendar({ catalog }, filter, scope);
  if (!found.ok) return found;
  const shop = found.value;
  const begin = () => new MonthCounts(shop.time_zone, asked);
  const range = rangeOf(shop, asked);
  const counts = range ? await calendars.tally({ ...filter, range }, begin, scope.cost) : begin();
  const shown = counts.present({ byMechanic: mechanicId === null });
  return done(mechanicId === null ? shown : { mechanic_id: mechanicId, ...shown });
}

/** Returns the shop whose calendar, or whose mechanic's calendar, is asked for. */
export async function findCalendar(
  { catalog }: Pick<CalendarDependencies, "catalog">,
  { shopId, mechanicId }: Pick<CalendarFilter, "shopId" | "mechanicId">,
  { cost }: Scope,
): Promise<Outcome<Shop>> {
  const [shop, mechanic] = await Promise.all([
    catalog.shop(shopId, cost),
    mechanicId === null ? null : catalog.mechanic(shopId, mechanicId, cost),
  ]);
  if (!shop) return refuse("not_found", "There is no such shop.");
  return mechanic === undefined ? refuse("not_found", "There is no such mechanic.") : done(shop);
}

/** From the start of the page's first date to the end of its last; undefined for a page without dates. */
function rangeOf({ time_zone: zone }: Shop, { dates }: MonthPage): Interval | undefined {
  const [first, last] = [dates[0], dates.at(-1)];
  return first === undefined || last === undefined
    ? undefined
    : { start: dayBounds(zone, first).start, end: dayBounds(zone, last).end };
}

/** Returns a day with its events: a mechanic's, or all mechanics' side by side. */
export async function showDay(
  { calendars, catalog, services }: CalendarDependencies,
  asked: CalendarDay,
  scope: Scope,
): Promise<Outcome<object>> {
  const { cost } = scope;
  const shop = await catalog.shop(asked.shopId, cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const [documents, ofShop] = await Promise.all([
    calendars.day(asked, shop.time_zone, cost),
    services.of(shop, cost),
  ]);
  const shown = presentCalendarDay({ ...documents, shop, services: ofShop, date: asked.date }, asked);
  return shown ? done(shown) : refuse("not_found", "There is no such mechanic.");
}

/** Returns the day as the API shows it; undefined when the mechanic does not exist. */
export function presentCalendarDay(
  sources: CalendarSources,
  { mechanicId }: CalendarDay,
): object | undefined {
  const { date, shop, mechanics } = sources;
  const heading = { date, time_zone: shop.time_zone };
  if (mechanicId === null) return { ...heading, mechanics: presentShopDay(sources) };
  const [mechanic] = mechanics;
  return mechanic && { mechanic_id: mechanicId, ...heading, ...presentMechanicDay(sources, mechanic) };
}
