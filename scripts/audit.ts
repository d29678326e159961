// npm run audit: compares ledgers and days with bookings, in the running emulator or a live database.
import { millis } from "../functions/src/engine/units.ts";
import { auditShop, shopIds, type AuditOptions } from "./audit/audit.ts";
import { connectTo } from "./support/connect.ts";
import { showProgress } from "./support/progress.ts";
import { describeCommand, documentId, giveUp } from "./support/cli.ts";

const options = describeCommand(
  "audit",
  "Finds ledgers and days that disagree with bookings; exits 1 if any do.",
)
  .option("--repair", "repair what can be repaired", false)
  .option("--shop <id>", "this shop only (default: every shop)", documentId)
  .option("--project <id>", "a live project, with application default credentials (default: the emulator)")
  .parse()
  .opts<{ repair: boolean; shop?: string; project?: string }>();

const db = await connectTo(options.project).catch((error: unknown) =>
  giveUp(error instanceof Error ? error.message : String(error)),
);
let left = 0;
for (const shopId of options.shop === undefined ? await shopIds(db) : [options.shop]) {
  const tally = await auditShop(db, shopId, reporting());
  if (!tally) giveUp(`there is no shop ${shopId}`);
  const { looked, found, mended } = tally;
  const seen = Object.entries(looked).map(([what, count]) => `${count} ${what}`);
  console.log(`shop ${shopId}: ${seen.join(", ")}; ${found} problems, ${mended} mended`);
  left += found - mended;
}
await db.terminate();
process.exitCode = left > 0 ? 1 : 0;

function reporting(): AuditOptions {
  const bars = new Map<string, ReturnType<typeof showProgress>>();
  return {
    repair: options.repair,
    now: () => millis(Date.now()),
    onFinding: (_shopId, { kind, path, problem }, mended) => {
      console.log(`${kind} ${path}: ${problem}${mended ? " (mended)" : ""}`);
    },
    onProgress: (shopId, stage, done, total) => {
      const label = `shop ${shopId}, ${stage}`;
      const bar = bars.get(label) ?? showProgress(label, "documents");
      bars.set(label, bar);
      if (total > 0) bar(done, total);
    },
  };
}
