import { randomOf } from "../../scripts/demo-data/random.ts";
import { check } from "./checker.ts";
import { SoakClient } from "./client.ts";
import { Cluster } from "./cluster.ts";
import type { Operation } from "./history.ts";
import { CALENDAR, SHOP, seedSoakShop } from "./shop.ts";
import { readSnapshot } from "./snapshot.ts";
import { Turnstile } from "./turnstile.ts";

export interface SoakOptions {
  readonly operations: number;
  readonly clients: number;
  readonly apis: number;
  readonly seed: number;
  /** Operations from one crash of an API process to the next. */
  readonly crashEvery: number;
  /** Operations from one restart of the emulator to the next. */
  readonly restartEvery: number;
  readonly onProgress: (done: number) => void;
}

export interface SoakResult {
  readonly problems: readonly string[];
  readonly history: readonly Operation[];
  readonly bookings: number;
  readonly crashes: number;
  readonly restarts: number;
}

/** Lets many clients loose on several API processes while things go wrong, and checks what is left. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const cluster = await Cluster.start(options.apis, options.seed);
  try {
    await seedSoakShop(cluster.open());
    await cluster.setFaults(true);
    const history: Operation[] = [];
    const { crashes, restarts } = await storm(cluster, options, history);
    await cluster.stopApis();
    await cluster.setFaults(false);
    const snapshot = await readSnapshot(cluster.open(), SHOP);
    const problems = check(history, snapshot, CALENDAR);
    return { problems, history, bookings: snapshot.bookings.length, crashes, restarts };
  } finally {
    await cluster.stop();
  }
}

async function storm(cluster: Cluster, options: SoakOptions, history: Operation[]) {
  const { operations, seed } = options;
  const turnstile = new Turnstile();
  let begun = 0;
  const clients = Array.from({ length: options.clients }, async (_, index) => {
    const random = randomOf(seed, "client", index);
    const client = new SoakClient({
      name: `c${index}`,
      random,
      server: () => cluster.anyUrl(random),
      record: (operation) => void history.push(operation),
    });
    while (begun < operations) {
      begun += 1;
      await turnstile.pass(() => client.step());
      options.onProgress(begun);
    }
  });
  let over = false;
  const everyone = Promise.all(clients).finally(() => (over = true));
  const chaos = disturb(cluster, options, turnstile, () => (over ? Infinity : begun));
  await everyone;
  return chaos;
}

/** Crashes and restarts, each after so many operations. */
async function disturb(cluster: Cluster, options: SoakOptions, turnstile: Turnstile, begun: () => number) {
  const random = randomOf(options.seed, "chaos");
  let [crashes, restarts] = [0, 0];
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (begun() === Infinity) return { crashes, restarts };
    if (begun() >= (crashes + 1) * options.crashEvery) {
      await cluster.crashApi(random);
      crashes += 1;
    }
    if (begun() !== Infinity && begun() >= (restarts + 1) * options.restartEvery) {
      await cluster.restartEmulator(
        () => turnstile.close(),
        () => turnstile.open(),
      );
      restarts += 1;
    }
  }
}
