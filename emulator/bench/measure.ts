import { Firestore } from "@google-cloud/firestore";
import type { BenchCase } from "./cases.ts";
import type { BenchServer } from "./servers.ts";

export interface Measurement {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Millis: number;
  readonly p95Millis: number;
}

/** The figures of a case on a server, or the reason why there are none. */
export type Outcome = Measurement | { readonly failure: string };

const ROUNDS = 3;
const ROUND_MILLIS = 1_200;
const PREPARE_TIMEOUT_MILLIS = 90_000;
const OPERATION_TIMEOUT_MILLIS = 20_000;

/**
 * Runs one case on several servers, each with its own client. After a warm-up the servers take turns, so that other
 * load on the machine affects all of them.
 */
export async function measure(servers: readonly BenchServer[], bench: () => BenchCase): Promise<Outcome[]> {
  const runs = servers.map((server) => new Run(server, bench()));
  for (const run of runs) await run.prepare();
  for (let round = 0; round < ROUNDS; round++) for (const run of runs) await run.round(ROUND_MILLIS);
  for (const run of runs) await run.finish();
  return runs.map((run) => run.outcome());
}

class Run {
  readonly #bench: BenchCase;
  readonly #db: Firestore;
  readonly #latencies: number[] = [];
  #millis = 0;
  #next = 0;
  #failure: string | undefined;

  constructor(server: BenchServer, bench: BenchCase) {
    this.#bench = bench;
    process.env["FIRESTORE_EMULATOR_HOST"] = server.address;
    this.#db = new Firestore({ projectId: "demo-bench" });
  }

  async prepare(): Promise<void> {
    await this.#try(async () => {
      await within(PREPARE_TIMEOUT_MILLIS, "preparing", this.#bench.prepare(this.#db));
      await this.#operateFor(ROUND_MILLIS);
    });
    this.#latencies.length = 0;
  }

  async round(millis: number): Promise<void> {
    await this.#try(async () => {
      const begun = performance.now();
      await this.#operateFor(millis);
      this.#millis += performance.now() - begun;
    });
  }

  async finish(): Promise<void> {
    this.#bench.finish?.();
    await this.#db.terminate().catch(() => {});
  }

  outcome(): Outcome {
    if (this.#failure !== undefined) return { failure: this.#failure };
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    return {
      operations: sorted.length,
      perSecond: (sorted.length * 1_000) / this.#millis,
      p50Millis: at(0.5),
      p95Millis: at(0.95),
    };
  }

  async #operateFor(millis: number): Promise<void> {
    const started = performance.now();
    const worker = async () => {
      while (performance.now() - started < millis) {
        const begun = performance.now();
        const operation = this.#bench.operate(this.#db, this.#next++);
        await within(OPERATION_TIMEOUT_MILLIS, "one operation", operation);
        this.#latencies.push(performance.now() - begun);
      }
    };
    await Promise.all(Array.from({ length: this.#bench.concurrency }, worker));
  }

  /** Runs a step and records its failure; later steps of a failed run are skipped. */
  async #try(step: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await step();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    }
  }
}

function within<T>(millis: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${millis / 1_000} s`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
