// npm run import: imports a table of another system into a shop, of the running emulator or of a live project.
import { Option } from "commander";
import { millis } from "../functions/src/engine/units.ts";
import { withTriggersPaused } from "./demo-data/paused-triggers.ts";
import { KINDS, runImport, type ImportOptions } from "./import/run-import.ts";
import { describeCommand, documentId, giveUp, projectId } from "./support/cli.ts";
import { connectTo } from "./support/connect.ts";
import { showProgress } from "./support/progress.ts";

const program = describeCommand(
  "import",
  "Imports a table of another system, one row a line. Exits 1 if a line was skipped.",
)
  .argument("<file>", "the table, as CSV with a header or as one JSON object a line")
  .addOption(
    new Option("--from <kind>", "the table that it is").choices(Object.keys(KINDS)).makeOptionMandatory(),
  )
  .addOption(
    new Option("--format <format>", "by default, as the file's first character tells").choices([
      "csv",
      "ndjson",
    ]),
  )
  .option("--shop <id>", "the shop to import into", documentId, "default")
  .option(
    "--map <file>",
    "JSON with `mechanics`, `services` and `customers`: ids there and what they are here",
  )
  .option("--events <file>", "the calendar_events that appointments refer to")
  .option("--patients <file>", "the patients that appointments refer to: id, full_name, phone_number, email")
  .option("--create", "create the mechanics and services that the shop lacks", false)
  .option(
    "--skip-conflicts",
    "leave overlapping bookings out (default: write nothing if there are any)",
    false,
  )
  .option("--report <file>", "write every skipped line and the sums to this file, as JSON")
  .option("--dry-run", "write nothing, and report what would be", false)
  .option(
    "--project <id>",
    "a live project, with application default credentials (default: the emulator)",
    projectId,
  )
  .parse();
const options = program.opts<Omit<ImportOptions, "file"> & { project?: string }>();

try {
  const db = await connectTo(options.project);
  const importing = () =>
    runImport(
      db,
      { ...options, file: program.args[0] ?? "" },
      {
        now: () => millis(Date.now()),
        print: (line) => console.log(line),
        progress: (pass) => showProgress(`${options.from}, ${pass}`, "bytes"),
      },
    );
  const isComplete = await (options.project === undefined
    ? withTriggersPaused(process.env.FIRESTORE_EMULATOR_HOST ?? "", importing)
    : importing());
  await db.terminate();
  process.exitCode = isComplete ? 0 : 1;
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error));
}
