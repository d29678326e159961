// npm run demo-data: replaces a shop of the running emulator with a demo shop of the size asked for.
import { connectToEmulator } from "./demo-data/emulator-only.ts";
import { loadDemoShop } from "./demo-data/load.ts";
import { defaultDemoOptions, type DemoOptions } from "./demo-data/options.ts";
import { withTriggersPaused } from "./demo-data/paused-triggers.ts";
import { showProgress } from "./support/progress.ts";
import { describeCommand, documentId, giveUp, plainDate, wholeNumber } from "./support/cli.ts";
import { millis } from "../functions/src/engine/units.ts";

const defaults = defaultDemoOptions(millis(Date.now()));
const options = describeCommand("demo-data", "Replaces a shop of the local Firestore with a demo shop.")
  .option("--shop <id>", "the shop to replace", documentId, defaults.shop)
  .option("--mechanics <number>", "how many mechanics", wholeNumber(1, 10_000), defaults.mechanics)
  .option(
    "--days <number>",
    "how many dates have bookings and exceptions",
    wholeNumber(1, 3_660),
    defaults.days,
  )
  .option(
    "--bookings-per-day <number>",
    "bookings per mechanic and date, as far as they fit",
    wholeNumber(0, 100),
    defaults.bookingsPerDay,
  )
  .option(
    "--from <date>",
    "the first date, YYYY-MM-DD (default: today in the shop's zone)",
    plainDate,
    defaults.from,
  )
  .parse()
  .opts<DemoOptions>();

try {
  const db = await connectToEmulator();
  const written = await withTriggersPaused(process.env.FIRESTORE_EMULATOR_HOST ?? "", () =>
    loadDemoShop(db, options, showProgress(`shop ${options.shop}`, "documents")),
  );
  console.log(
    `shop ${options.shop}: ${options.mechanics} mechanics, ${options.days} days from ${options.from}, ${written} documents`,
  );
  await db.terminate();
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error));
}
