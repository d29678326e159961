// npm run soak: many clients against several API processes while things go wrong; see test/soak.
import { soak } from "../test/soak/run.ts";
import { describeCommand, wholeNumber } from "./support/cli.ts";
import { showProgress } from "./support/progress.ts";

const options = describeCommand(
  "soak",
  "Books under faults, crashes and restarts, and checks the resulting data.",
)
  .option("--operations <number>", "how many", wholeNumber(1, 10_000_000), 100_000)
  .option("--clients <number>", "clients at a time", wholeNumber(1, 1_000), 24)
  .option("--apis <number>", "API processes", wholeNumber(1, 50), 3)
  .option("--seed <number>", "seed of the clients' choices and of the faults", wholeNumber(0, 2 ** 31), 1)
  .option(
    "--crash-every <number>",
    "operations from one crash of an API process to the next",
    wholeNumber(1, 1e7),
    2_000,
  )
  .option(
    "--restart-every <number>",
    "operations between restarts of the emulator",
    wholeNumber(1, 1e7),
    10_000,
  )
  .parse()
  .opts<{
    operations: number;
    clients: number;
    apis: number;
    seed: number;
    crashEvery: number;
    restartEvery: number;
  }>();

const bar = showProgress("soak", "operations");
bar(0, options.operations);
const startedAt = performance.now();
const result = await soak({ ...options, onProgress: (done) => bar(done, options.operations) });
const seconds = (performance.now() - startedAt) / 1000;
const { history, problems, bookings, crashes, restarts } = result;
const outcomes = ["done", "refused", "maybe"].map(
  (outcome) => `${history.filter((one) => one.outcome === outcome).length} ${outcome}`,
);
console.log(
  `${options.operations} operations in ${seconds.toFixed(0)} s (${outcomes.join(", ")}), ${bookings} bookings, ` +
    `${crashes} crashes of the API, ${restarts} restarts of the emulator, seed ${options.seed}`,
);
for (const problem of problems.slice(0, 100)) console.log(problem);
console.log(problems.length === 0 ? "no promise was broken" : `${problems.length} promises were broken`);
process.exitCode = problems.length === 0 ? 0 : 1;
