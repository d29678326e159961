import { BENCH_PROJECT, type Stage } from "../support/servers.ts";
import { DATE, datesFrom, mechanicId, seedBenchShop } from "../support/shop.ts";
import { printTable } from "../table.ts";
import { admin } from "../../test/support/token.ts";
import { measureOne, type RangeRow } from "./ranges.ts";

const SHOP = "bench-calendar";
const MECHANICS = 20;
const BOOKINGS_EACH = 4;
const MONTH = DATE.slice(0, 7);
const DATES = datesFrom(`${MONTH}-01`, 31);

/**
 * Calendars of a month in which every mechanic has bookings on every date. A month must cost one query, with a read for
 * each booking and one for the shop; anything else is an error.
 */
export async function measureCalendars(stage: Stage): Promise<RangeRow[]> {
  const shop = { id: SHOP, mechanics: MECHANICS, bookingsEach: BOOKINGS_EACH };
  await seedBenchShop(stage.db, { ...shop, dates: DATES });
  const { url } = await stage.api();
  const ofShop = `/v1/shops/${SHOP}/calendar`;
  const ofMechanic = `/v1/shops/${SHOP}/mechanics/${mechanicId(0)}/calendar`;
  const measure = (name: string, path: string) => measureOne(url, name, path, admin(SHOP, BENCH_PROJECT));
  const rows = [
    await measure(`month, ${MECHANICS} mechanics`, `${ofShop}?month=${MONTH}`),
    await measure("month, 1 mechanic", `${ofMechanic}?month=${MONTH}`),
    await measure(`day, ${MECHANICS} mechanics`, `${ofShop}?date=${DATE}`),
    await measure("day, 1 mechanic", `${ofMechanic}?date=${DATE}`),
  ];
  const month = rows[0];
  if (month?.roundTrips !== 2 || month.reads !== 1 + MECHANICS * BOOKINGS_EACH * DATES.length) {
    throw new Error(`a month took ${month?.roundTrips} round trips and ${month?.reads} reads`);
  }
  printTable(
    `Calendars with ${BOOKINGS_EACH} bookings a day and mechanic (4 connections)`,
    ["case", "requests/s", "p50 ms", "p95 ms", "round trips", "billed reads"],
    rows.map((row) => [row.name, row.requestsPerSecond, row.p50, row.p95, row.roundTrips, row.reads]),
  );
  return rows;
}
