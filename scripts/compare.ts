// npm run compare: asks an old availability endpoint and ours, and prints each slot that differs.
import { Option } from "commander";
import { millis } from "../functions/src/engine/units.ts";
import { EndpointError } from "./compare/endpoint.ts";
import { runCompare, type ComparedDay } from "./compare/run-compare.ts";
import { NO_MAPPING, readMapping } from "./import/mapping.ts";
import { UnusableFile } from "./import/source-file.ts";
import { describeCommand, documentId, giveUp, httpUrl, plainDate, wholeNumber } from "./support/cli.ts";
import { showProgress } from "./support/progress.ts";

interface Flags {
  old: string;
  new: string;
  from: string;
  to: string;
  kind: "a" | "b";
  shop: string;
  service_id?: string;
  mechanic_id?: string;
  tenant_id?: string;
  duration_minutes?: number;
  map?: string;
  concurrency: number;
  timeout: number;
  retries: number;
  json: boolean;
}

const program = describeCommand(
  "compare",
  "Prints each slot on which an old endpoint and ours differ. Exits 1 if any does, or if one does not answer.",
)
  .requiredOption("--old <url>", "the old system, without the endpoint's path", httpUrl)
  .requiredOption("--from <date>", "the first date, YYYY-MM-DD", plainDate)
  .requiredOption("--to <date>", "the last date", plainDate)
  .option("--new <url>", "this system", httpUrl, "http://127.0.0.1:5000")
  .addOption(
    new Option("--kind <kind>", "a: /availability?date=; b: /api/booking/get-available-slots")
      .choices(["a", "b"])
      .default("a"),
  )
  .option("--shop <id>", "our shop", documentId, "default")
  .option("--service_id <id>", "slots of this service only", documentId)
  .option("--mechanic_id <id>", "slots of this mechanic of our shop only", documentId)
  .option("--duration_minutes <number>", "the length of the slots", wholeNumber(1, 720))
  .option("--tenant_id <id>", "the tenant, for --kind b")
  .option("--map <file>", "JSON with `mechanics`: ids there and what they are here")
  .option("--concurrency <number>", "dates at a time", wholeNumber(1, 32), 4)
  .option("--timeout <ms>", "how long to wait for an answer", wholeNumber(1, 600_000), 15_000)
  .option("--retries <number>", "repetitions after a failure that may pass", wholeNumber(0, 10), 3)
  .option("--json", "print one JSON document", false)
  .parse();
const flags = program.opts<Flags>();
if (flags.to < flags.from) program.error("error: --to is before --from");

try {
  const mapping = flags.map === undefined ? NO_MAPPING : await readMapping(flags.map);
  const days = await runCompare({
    ...flags,
    question: {
      shopId: flags.shop,
      serviceId: flags.service_id ?? null,
      mechanicId: flags.mechanic_id ?? null,
      durationMinutes: flags.duration_minutes ?? null,
    },
    names: { tenantId: flags.tenant_id ?? null, mechanics: mapping.mechanics },
    patience: { timeoutMs: flags.timeout, retries: flags.retries, firstDelayMs: 500 },
    now: () => millis(Date.now()),
    onProgress: showProgress("compare", "dates"),
  });
  const count = days.reduce((sum, { differences }) => sum + differences.length, 0);
  console.log(flags.json ? JSON.stringify({ differences: count, days }, null, 2) : inWords(days, count));
  process.exitCode = count === 0 ? 0 : 1;
} catch (error) {
  if (error instanceof EndpointError || error instanceof UnusableFile) giveUp(error.message);
  throw error;
}

function inWords(days: readonly ComparedDay[], count: number): string {
  const slots = days.flatMap(({ differences }) =>
    differences.map(({ start, end, mechanic_id, difference, is_free, reason }) => {
      const state = difference.startsWith("only") ? ` (${is_free ? "free" : "taken"})` : "";
      const why = reason === null ? "" : `: ${reason}`;
      return `${start}–${end.slice(11, 16)} ${mechanic_id ?? "any mechanic"}: ${difference}${state}${why}`;
    }),
  );
  const [there, here] = [sum(days, "there"), sum(days, "here")];
  return [...slots, `${days.length} dates, ${there} slots there, ${here} here: ${count} differ`].join("\n");
}

function sum(days: readonly ComparedDay[], side: "there" | "here"): number {
  return days.reduce((total, day) => total + day[side], 0);
}
