import { addDays } from "../../../functions/src/engine/dates.ts";
import { Client, type LegacySlotBody } from "../../support/client.ts";
import type { ApiProcess } from "../../support/servers.ts";
import { MONDAY } from "../../support/shop.ts";
import { forgetPeak, peakMemory } from "./peak-memory.ts";

const CLIENTS = 10;

interface RangeBody {
  readonly days: readonly { readonly date: string; readonly slots: readonly LegacySlotBody[] }[];
  readonly next_from_date: string | null;
}

export interface Walk {
  readonly dates: readonly string[];
  readonly slots: number;
  readonly largestPage: number;
}

/** Reads a range page by page, as a client does that wants all of it. */
export async function walkRange(client: Client, shop_id: string, from: string, days: number): Promise<Walk> {
  const to_date = addDays(from, days - 1);
  const dates: string[] = [];
  let [slots, largestPage] = [0, 0];
  for (let from_date: string | null = from; from_date !== null;) {
    const query: Record<string, string> = { shop_id, from_date, to_date };
    const { status, body } = await client.get<RangeBody>("/availability", query);
    if (status !== 200) throw new Error(`${from_date}: ${status} ${JSON.stringify(body)}`);
    dates.push(...body.days.map(({ date }) => date));
    const size = body.days.reduce((sum, day) => sum + day.slots.length, 0);
    slots += size;
    largestPage = Math.max(largestPage, size);
    from_date = body.next_from_date;
  }
  return { dates, slots, largestPage };
}

/**
 * Returns by how many bytes an API exceeds its idle memory while ten clients work at a time, each from another date on.
 * It is idle once it has answered for a small shop.
 */
export async function excessOf<T>(
  api: ApiProcess,
  smallShop: string,
  work: (client: Client, from: string) => Promise<T>,
): Promise<{ excess: number; results: T[] }> {
  const client = new Client(api.url);
  for (let warmUps = 0; warmUps < 3; warmUps += 1) await client.availability(smallShop, MONDAY);
  forgetPeak(api.pid);
  const idle = peakMemory(api.pid);
  const starts = Array.from({ length: CLIENTS }, (_, index) => addDays(MONDAY, index * 3));
  const results = await Promise.all(starts.map((from) => work(client, from)));
  return { excess: peakMemory(api.pid) - idle, results };
}
