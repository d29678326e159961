import fc from "fast-check";
import type { Firestore } from "firebase-admin/firestore";
import { millis } from "../../functions/src/engine/units.ts";
import { auditShop } from "../../scripts/audit/audit.ts";
import { problemOf } from "./judge.ts";
import { growthMb, MemorySampler, trendMb } from "./memory.ts";
import { fuzzRequests, type FuzzRequest } from "./request.ts";
import { Sender } from "./send.ts";
import { FUZZED_SHOPS, isFromAdmin, prepareWorld } from "./world.ts";

export interface FuzzOptions {
  /** The API. */
  readonly url: string;
  /** Its documents, past the API: for the shops, and for the audit at the end. */
  readonly db: Firestore;
  /** The API's process, whose memory is sampled; null: unknown. */
  readonly pid: number | null;
  readonly requests: number;
  readonly seed: number;
  /** Ends the run early, with fewer requests. */
  readonly timeLimitMs?: number;
  readonly onProgress: (done: number) => void;
}

export interface FuzzResult {
  /** The smallest failing request of each lane, and what the audit found. */
  readonly problems: readonly string[];
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly largestBytes: number;
  /** Resident memory of the API in MB, in order. */
  readonly memory: readonly number[];
}

/** How far over its first sample the memory of the API may rise. */
const PEAK_LIMIT_MB = 200;
/** How much memory a long run may gain after its start (`growthMb`, `trendMb`), and what counts as a long one. */
const GROWTH_LIMIT_MB = 40;
const GROWTH_REQUESTS = 50_000;

/** Requests at a time. Each lane draws its requests from a seed of its own and makes its own failures smaller. */
const LANES = 4;

/** Sends fuzzed requests to the API, judges every answer, and audits the documents that are left. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { url, db, pid, requests, seed } = options;
  const vocabulary = await prepareWorld(db, url, Date.now());
  const memory = pid === null ? null : new MemorySampler(pid);
  const tally = new Tally(options.onProgress);
  const sender = new Sender(url);
  const lanes = Array.from({ length: LANES }, (_, lane) => {
    const numRuns = Math.floor((requests * (lane + 1)) / LANES) - Math.floor((requests * lane) / LANES);
    const parameters = { numRuns, seed: seed + lane, ...timeLimit(options.timeLimitMs) };
    return runLane({ sender, tally, arbitrary: fuzzRequests(vocabulary), parameters });
  });
  const failures = (await Promise.all(lanes)).flat();
  sender.close();
  const samples = (await memory?.stop()) ?? [];
  const { statuses, largestBytes } = tally;
  const problems = [...failures, ...memoryProblems(samples, requests), ...(await auditProblems(db))];
  return { problems, statuses, largestBytes, memory: samples };
}

class Tally {
  readonly statuses: Record<string, number> = {};
  largestBytes = 0;
  #done = 0;

  constructor(private readonly onProgress: (done: number) => void) {}

  add(status: number, bytes: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.largestBytes = Math.max(this.largestBytes, bytes);
    this.#done += 1;
    this.onProgress(this.#done);
  }
}

interface Lane {
  readonly sender: Sender;
  readonly tally: Tally;
  readonly arbitrary: fc.Arbitrary<FuzzRequest>;
  readonly parameters: fc.Parameters<[FuzzRequest]>;
}

function timeLimit(millis: number | undefined): fc.Parameters<[FuzzRequest]> {
  return millis === undefined ? {} : { interruptAfterTimeLimit: millis, markInterruptAsFailure: false };
}

async function runLane({ sender, tally, arbitrary, parameters }: Lane): Promise<string[]> {
  const property = fc.asyncProperty(arbitrary, async (request) => {
    const answer = await sender.send(request);
    tally.add(answer.status, answer.bytes);
    const problem = problemOf(answer, isFromAdmin(request.headers));
    if (problem !== null) throw new Error(problem);
  });
  const run = await fc.check(property, parameters);
  if (!run.failed) return [];
  const [request] = run.counterexample ?? [];
  const cause = run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
  return [
    `${request ? describeRequest(request) : "no request"}\n  ${cause} (seed ${run.seed}, after ${run.numShrinks} simplifications)`,
  ];
}

/** The request in a form that can be read and sent again. */
function describeRequest({ method, path, headers, body }: FuzzRequest): string {
  const content =
    body === null
      ? "no body"
      : `body of ${body.length} bytes ${JSON.stringify(body.toString("latin1").slice(0, 1_000))}`;
  return `${method} ${path} ${JSON.stringify(headers)}, ${content}`;
}

function memoryProblems(samples: readonly number[], requests: number): string[] {
  const [idle = 0] = samples;
  const problems: string[] = [];
  const peak = Math.max(idle, ...samples);
  const growth = Math.max(growthMb(samples), trendMb(samples));
  if (peak > idle + PEAK_LIMIT_MB)
    problems.push(`memory: ${peak.toFixed(0)} MB, ${idle.toFixed(0)} MB at first`);
  // A shorter run is over before the process has reached its usual size.
  if (requests >= GROWTH_REQUESTS && growth > GROWTH_LIMIT_MB) {
    problems.push(`memory: ${growth.toFixed(0)} MB gained after the start`);
  }
  return problems;
}

async function auditProblems(db: Firestore): Promise<string[]> {
  const problems: string[] = [];
  for (const shop of FUZZED_SHOPS) {
    await auditShop(db, shop, {
      repair: false,
      now: () => millis(Date.now()),
      onFinding: (_shop, { path, problem }) => problems.push(`audit: ${path}: ${problem}`),
      onProgress: () => undefined,
    });
  }
  return problems;
}
