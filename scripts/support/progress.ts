import { Presets, SingleBar } from "cli-progress";
import { MINUTE_MS } from "../../functions/src/engine/units.ts";

/** Told how far the work is: 0 first; `total` is known from then on. */
export type OnProgress = (done: number, total: number) => void;

const LINE_EVERY_PERCENT = 25;
const LINE_EVERY_MS = MINUTE_MS;

/** A bar on a terminal; elsewhere a line now and then. Both on stderr. */
export function showProgress(label: string, unit: string): OnProgress {
  return process.stderr.isTTY ? bar(label) : lines(label, unit);
}

function bar(label: string): OnProgress {
  const format = `${label} {bar} {value}/{total}`;
  const progress = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  return (done, total) => {
    if (done === 0) progress.start(total, 0);
    else progress.update(done);
    if (done === total) progress.stop();
  };
}

function lines(label: string, unit: string): OnProgress {
  let [nextPercent, nextAt] = [LINE_EVERY_PERCENT, performance.now() + LINE_EVERY_MS];
  return (done, total) => {
    const percent = (100 * done) / total;
    if (percent < nextPercent && performance.now() < nextAt) return;
    nextPercent = percent + LINE_EVERY_PERCENT - (percent % LINE_EVERY_PERCENT);
    nextAt = performance.now() + LINE_EVERY_MS;
    console.error(`${label}: ${done} of ${total} ${unit}`);
  };
}
