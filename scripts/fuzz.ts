// npm run fuzz: sends broken and hostile requests to the API and checks every answer; see test/fuzz.
import { InvalidArgumentError } from "commander";
import { MINUTE_MS } from "../functions/src/engine/units.ts";
import { fuzz } from "../test/fuzz/run.ts";
import { growthMb, memoryProfile, trendMb } from "../test/fuzz/memory.ts";
import { startApi, startEmulator } from "../test/support/servers.ts";
import { connectToEmulator } from "./demo-data/emulator-only.ts";
import { describeCommand, giveUp, wholeNumber } from "./support/cli.ts";
import { INSTANCE_HEAP } from "./support/instance-heap.ts";
import { showProgress } from "./support/progress.ts";

const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];

const options = describeCommand(
  "fuzz",
  "Sends broken and hostile requests to the API and checks every answer.",
)
  .option("--requests <number>", "how many", wholeNumber(1, 10_000_000), 100_000)
  .option(
    "--seed <number>",
    "seed of the requests; they also depend on the date",
    wholeNumber(0, 2 ** 31 - 10),
    1,
  )
  .option(
    "--url <address>",
    "an API on this machine that uses FIRESTORE_EMULATOR_HOST (default: starts one)",
    loopbackUrl,
  )
  .option("--minutes <number>", "stop after that time with fewer requests", wholeNumber(1, 10_000))
  .parse()
  .opts<{ requests: number; seed: number; url?: string; minutes?: number }>();

const emulator = options.url === undefined ? await startEmulator() : null;
if (emulator) process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
const api = options.url === undefined ? await startApi({ env: { NODE_OPTIONS: INSTANCE_HEAP } }) : null;
try {
  const db = await connectToEmulator().catch((error: unknown) =>
    giveUp(error instanceof Error ? error.message : String(error)),
  );
  const bar = showProgress("fuzz", "requests");
  bar(0, options.requests);
  const startedAt = performance.now();
  const { problems, statuses, largestBytes, memory } = await fuzz({
    db,
    ...{ requests: options.requests, seed: options.seed },
    url: options.url ?? api?.url ?? "",
    pid: api?.pid ?? null,
    ...(options.minutes === undefined ? {} : { timeLimitMs: options.minutes * MINUTE_MS }),
    onProgress: (done) => bar(Math.min(done, options.requests), options.requests),
  });
  await db.terminate();
  const seconds = (performance.now() - startedAt) / 1000;
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  console.log(`${answers} requests in ${seconds.toFixed(0)} s, seed ${options.seed}`);
  const failed = Object.entries(statuses).reduce(
    (sum, [status, n]) => sum + (Number(status) >= 500 ? n : 0),
    0,
  );
  console.log(`answers by status: ${JSON.stringify(statuses)}; ${failed} of them 5xx`);
  console.log(`the largest answer had ${largestBytes} bytes`);
  if (memory.length > 0) {
    const [first, ...others] = memoryProfile(memory).map((megabytes) => megabytes.toFixed(0));
    const last = others.pop();
    console.log(
      `memory of the API in MB: ${first} at first, ${others.join(" ")} in each tenth, ${last} at last; ` +
        `${Math.max(...memory).toFixed(0)} at most; ${growthMb(memory).toFixed(1)} more in the last quarter than in ` +
        `the second, and a trend of ${trendMb(memory).toFixed(1)} after the start`,
    );
  }
  for (const problem of problems.slice(0, 100)) console.log(problem);
  console.log(problems.length === 0 ? "no problem was found" : `${problems.length} problems were found`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await api?.stop();
  await emulator?.stop();
}

function loopbackUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)) return url.origin;
  throw new InvalidArgumentError("Expected http:// and a loopback address: 127.0.0.1, [::1] or localhost.");
}
