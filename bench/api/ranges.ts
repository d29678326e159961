import { EmulatorClient } from "@slotbay/firestore-emulator";
import { BENCH_PROJECT, type Stage } from "../support/servers.ts";
import { DATE, datesFrom, seedBenchShop, SERVICE } from "../support/shop.ts";
import { printTable } from "../table.ts";
import { admin } from "../../test/support/token.ts";
import { measure, type Load, type Measured } from "./load.ts";

const SHOP = "bench-ranges";
const MECHANICS = 20;
const DAYS = 31;
const LOAD: Load = { connections: 4, seconds: 3 };

export interface RangeRow extends Measured {
  readonly name: string;
  /** Calls of Firestore that one request makes, and what they are billed. */
  readonly roundTrips: number;
  readonly reads: number;
}

/**
 * A month of every mechanic's availability. Cached, it must take one round trip, with one read for each day and one for
 * the shop; anything else is an error.
 */
export async function measureRanges(stage: Stage): Promise<RangeRow[]> {
  await seedBenchShop(stage.db, { id: SHOP, mechanics: MECHANICS, bookingsEach: 4 });
  const { url } = await stage.api({ LEVEL1_SECONDS: "0" });
  const to = datesFrom(DATE, DAYS).at(-1) ?? DATE;
  const range = `/availability?shop_id=${SHOP}&from_date=${DATE}&to_date=${to}`;
  const first = `/v1/shops/${SHOP}/slots?view=first&from=${DATE}&service_id=${SERVICE}`;
  const rows = [
    await measureOne(url, `${DAYS} days, cold`, `${range}&fresh=true`, admin(SHOP)),
    await measureOne(url, `${DAYS} days, cached (level 2)`, range),
    await measureOne(url, "next free slot, cached (level 2)", first),
  ];
  const cached = rows[1];
  if (cached?.roundTrips !== 1 || cached.reads !== DAYS + 1) {
    throw new Error(`a cached range took ${cached?.roundTrips} round trips and ${cached?.reads} reads`);
  }
  printTable(
    `Ranges of ${MECHANICS} mechanics (${LOAD.connections} connections)`,
    ["case", "requests/s", "p50 ms", "p95 ms", "round trips", "billed reads"],
    rows.map((row) => [row.name, row.requestsPerSecond, row.p50, row.p95, row.roundTrips, row.reads]),
  );
  return rows;
}

/** Counts the calls and reads of one request, then puts it under load. */
export async function measureOne(url: string, name: string, path: string, headers = {}): Promise<RangeRow> {
  const ask = async () => void (await (await fetch(url + path, { headers })).arrayBuffer());
  const emulator = new EmulatorClient(process.env.FIRESTORE_EMULATOR_HOST ?? "", BENCH_PROJECT);
  await ask();
  await emulator.resetUsage();
  await ask();
  const { reads, by_method } = await emulator.usage();
  const roundTrips = Object.values(by_method).reduce((sum, { calls }) => sum + calls, 0);
  const measured = await measure(url, [path], { ...LOAD, headers });
  return { name, ...measured, roundTrips, reads };
}
