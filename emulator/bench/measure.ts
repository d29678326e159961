import { Firestore } from "@google-cloud/firestore";
import type { BenchCase } from "./cases.ts";
import type { BenchServer } from "./servers.ts";

export interface Measurement {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Millis: number;
  readonly p95Millis: number;
}

/** What a case gave on a server: figures, or why there are none. */
export type Outcome = Measurement | { readonly failure: string };

const WARM_UP = 20;
const MEASURE_MILLIS = 3_000;
const PREPARE_TIMEOUT_MILLIS = 90_000;
const OPERATION_TIMEOUT_MILLIS = 20_000;

/** Runs one case on one server with a client of its own. */
export async function measure(server: BenchServer, bench: BenchCase): Promise<Outcome> {
  process.env["FIRESTORE_EMULATOR_HOST"] = server.address;
  const db = new Firestore({ projectId: "demo-bench" });
  try {
    await within(PREPARE_TIMEOUT_MILLIS, "preparing", bench.prepare(db));
    let next = 0;
    for (let i = 0; i < WARM_UP; i++) await operation(bench, db, next++);
    const latencies: number[] = [];
    const started = performance.now();
    const worker = async () => {
      while (performance.now() - started < MEASURE_MILLIS) {
        const begun = performance.now();
        await operation(bench, db, next++);
        latencies.push(performance.now() - begun);
      }
    };
    await Promise.all(Array.from({ length: bench.concurrency }, worker));
    return summary(latencies, performance.now() - started);
  } catch (error) {
    return { failure: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
  } finally {
    bench.finish?.();
    await db.terminate().catch(() => {});
  }
}

function operation(bench: BenchCase, db: Firestore, index: number): Promise<void> {
  return within(OPERATION_TIMEOUT_MILLIS, "one operation", bench.operate(db, index));
}

function within<T>(millis: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${millis / 1_000} s`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function summary(latencies: number[], millis: number): Measurement {
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    operations: latencies.length,
    perSecond: (latencies.length * 1_000) / millis,
    p50Millis: at(0.5),
    p95Millis: at(0.95),
  };
}
