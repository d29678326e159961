import { openStage, type Stage } from "../support/servers.ts";
import {
  DATE,
  datesFrom,
  instantAt,
  mechanicId,
  SERVICE,
  seedBenchShop,
  SLOT_MINUTES,
} from "../support/shop.ts";
import { printTable, writeResults } from "../table.ts";
import { doubleBookings, retriesIn } from "./audit.ts";
import { bookAll, type Order, type Tally } from "./clients.ts";

const MECHANICS = 20;
const MANY_CLIENTS = 64;
const RUSH = 50;
const ROUNDS = 5;
/** Shifts of the bench shop: 08:00 to 12:00 and 13:00 to 17:00. */
const STARTS = [8 * 60, 13 * 60].flatMap((from) =>
  Array.from({ length: 240 / SLOT_MINUTES }, (_, index) => from + index * SLOT_MINUTES),
);

interface Case {
  readonly name: string;
  readonly clients: number;
  readonly orders: readonly Order[];
  /** Several: the clients wait for each other in between. */
  readonly rounds: number;
  readonly instances: number;
}

interface Outcome extends Tally {
  readonly retries: number;
  readonly doubleBookings: number;
}

/** Compares bookings by the transaction with a naive read-then-write, on the same orders. */
export async function run(): Promise<void> {
  const stage = await openStage();
  try {
    const rows = [];
    for (const one of cases()) rows.push({ case: one, ...(await compare(stage, one)) });
    print(rows);
    const results = rows.map(({ case: { name, clients, orders }, ...row }) => ({
      name,
      clients,
      orders: orders.length,
      ...row,
    }));
    writeResults("booking", results);
  } finally {
    await stage.close();
  }
}

function cases(): Case[] {
  const dates = datesFrom(DATE, 3);
  const everySlot = dates.flatMap((date) =>
    STARTS.flatMap((minute) =>
      Array.from({ length: MECHANICS }, (_, index) => order(date, minute, mechanicId(index))),
    ),
  );
  // Every fourth slot is wanted by a second client at about the same time.
  const contested = everySlot.flatMap((one, index) => (index % 4 === 0 ? [one, one] : [one]));
  const anybody = datesFrom(DATE, 1).flatMap((date) =>
    STARTS.flatMap((minute) => Array.from({ length: MECHANICS + 5 }, () => order(date, minute))),
  );
  const rush = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: RUSH }, () => order(DATE, STARTS[round * 2]!, mechanicId(round))),
  ).flat();
  return [
    {
      name: `${MANY_CLIENTS} clients, ${MECHANICS} mechanics' free slots`,
      clients: MANY_CLIENTS,
      orders: everySlot,
      rounds: 1,
      instances: 1,
    },
    {
      name: `${MANY_CLIENTS} clients, a quarter of the slots wanted twice`,
      clients: MANY_CLIENTS,
      orders: contested,
      rounds: 1,
      instances: 1,
    },
    {
      name: `${MANY_CLIENTS} clients, no mechanic named`,
      clients: MANY_CLIENTS,
      orders: anybody,
      rounds: 1,
      instances: 1,
    },
    { name: `${RUSH} clients, one slot`, clients: RUSH, orders: rush, rounds: ROUNDS, instances: 1 },
    {
      name: `${RUSH} clients, one slot, two instances`,
      clients: RUSH,
      orders: rush,
      rounds: ROUNDS,
      instances: 2,
    },
  ];
}

function order(date: string, minute: number, mechanic_id?: string): Order {
  const start = new Date(instantAt(date, minute)).toISOString();
  return { service_id: SERVICE, start, ...(mechanic_id !== undefined && { mechanic_id }) };
}

async function compare(stage: Stage, one: Case): Promise<{ slotbay: Outcome; naive: Outcome | null }> {
  const [slotbay, naive] = [shopOf(one, "slotbay"), shopOf(one, "naive")];
  for (const id of [slotbay, naive])
    await seedBenchShop(stage.db, { id, mechanics: MECHANICS, bookingsEach: 0 });
  const apis = await Promise.all(Array.from({ length: one.instances }, () => stage.api()));
  const urls = apis.map(({ url }) => url);
  await warmUp(stage, urls);
  const tally = await inRounds(one, urls, slotbay);
  await Promise.all(apis.map((api) => api.stop()));
  const retries = apis.reduce((sum, api) => sum + retriesIn(api.output()), 0);
  const ours = { ...tally, retries, doubleBookings: await doubleBookings(stage.db, slotbay) };
  // The naive one cannot choose a mechanic.
  if (one.orders.some(({ mechanic_id }) => mechanic_id === undefined)) return { slotbay: ours, naive: null };
  const servers = await Promise.all(
    Array.from({ length: one.instances }, () => stage.plain("bench/booking/naive.ts")),
  );
  await warmUp(
    stage,
    servers.map(({ url }) => url),
  );
  const theirs = await inRounds(
    one,
    servers.map(({ url }) => url),
    naive,
  );
  await Promise.all(servers.map((server) => server.stop()));
  return {
    slotbay: ours,
    naive: { ...theirs, retries: 0, doubleBookings: await doubleBookings(stage.db, naive) },
  };
}

let warmedUp = 0;

/** A server's first few hundred requests say how fast it starts, not how fast it is. */
async function warmUp(stage: Stage, urls: readonly string[]): Promise<void> {
  const id = `warm-up-${(warmedUp += 1)}`;
  await seedBenchShop(stage.db, { id, mechanics: MECHANICS, bookingsEach: 0 });
  const orders = STARTS.flatMap((minute) =>
    Array.from({ length: MECHANICS }, (_, index) => order(DATE, minute, mechanicId(index))),
  );
  await bookAll(urls, id, orders, MANY_CLIENTS / 2);
}

async function inRounds(
  { orders, clients, rounds }: Case,
  urls: readonly string[],
  shopId: string,
): Promise<Tally> {
  const size = orders.length / rounds;
  const tallies: Tally[] = [];
  for (let round = 0; round < rounds; round += 1) {
    tallies.push(await bookAll(urls, shopId, orders.slice(round * size, (round + 1) * size), clients));
  }
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const median = (of: (tally: Tally) => number) =>
    tallies.map(of).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
  return {
    booked: sum(({ booked }) => booked),
    refused: sum(({ refused }) => refused),
    failed: sum(({ failed }) => failed),
    bookingsPerSecond: median(({ bookingsPerSecond }) => bookingsPerSecond),
    p50: median(({ p50 }) => p50),
    p95: median(({ p95 }) => p95),
    p99: median(({ p99 }) => p99),
  };
}

function shopOf({ name }: Case, implementation: string): string {
  return `${implementation}-${name.replaceAll(/[^a-z0-9]+/gi, "-")}`;
}

function print(rows: readonly { case: Case; slotbay: Outcome; naive: Outcome | null }[]): void {
  printTable(
    "POST /v1/shops/{shop}/bookings (naive: look, then write; it checks neither hours nor policy)",
    [
      "case",
      "who",
      "booked",
      "refused",
      "failed",
      "retries",
      "double bookings",
      "bookings/s",
      "p50 ms",
      "p95 ms",
      "p99 ms",
    ],
    rows.flatMap(({ case: { name }, slotbay, naive }) =>
      [
        { who: "slotbay", outcome: slotbay },
        { who: "naive", outcome: naive },
      ].flatMap(({ who, outcome }) =>
        outcome === null
          ? []
          : [
              [
                name,
                who,
                outcome.booked,
                outcome.refused,
                outcome.failed,
                outcome.retries,
                outcome.doubleBookings,
                outcome.bookingsPerSecond,
                outcome.p50,
                outcome.p95,
                outcome.p99,
              ],
            ],
      ),
    ),
  );
  printTable(
    "Beside the naive one (a server that accepts every request is fast)",
    ["case", "slotbay", "naive", "ratio"],
    rows.flatMap(({ case: { name, rounds }, slotbay, naive }) => {
      if (naive === null) return [];
      // Where one of fifty gets the slot, how soon the others know says more than the rate of successes.
      return rounds === 1
        ? [
            [
              `${name}: bookings/s`,
              slotbay.bookingsPerSecond,
              naive.bookingsPerSecond,
              slotbay.bookingsPerSecond / naive.bookingsPerSecond,
            ],
          ]
        : [[`${name}: p95 ms`, slotbay.p95, naive.p95, slotbay.p95 / naive.p95]];
    }),
  );
}
