import { Presets, SingleBar } from "cli-progress";
import type { OnProgress } from "./load.ts";

const LINE_EVERY_PERCENT = 25;

/** A bar on a terminal; elsewhere a line now and then. Both on stderr. */
export function showProgress(label: string): OnProgress {
  return process.stderr.isTTY ? bar(label) : lines(label);
}

function bar(label: string): OnProgress {
  const format = `${label} {bar} {value}/{total}`;
  const progress = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  return (written, total) => {
    if (written === 0) progress.start(total, 0);
    else progress.update(written);
    if (written === total) progress.stop();
  };
}

function lines(label: string): OnProgress {
  let nextPercent = LINE_EVERY_PERCENT;
  return (written, total) => {
    const percent = (100 * written) / total;
    if (percent < nextPercent) return;
    nextPercent = percent + LINE_EVERY_PERCENT - (percent % LINE_EVERY_PERCENT);
    console.error(`${label}: ${written} of ${total} documents`);
  };
}
