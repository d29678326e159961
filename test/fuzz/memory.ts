import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const SAMPLE_EVERY_MS = 250;

/** Samples the resident memory of a process until it is stopped. */
export class MemorySampler {
  readonly #samples: number[] = [];
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(pid: number) {
    this.#done = this.#sample(pid);
  }

  /** The samples in MB, in order. */
  async stop(): Promise<readonly number[]> {
    this.#stopped = true;
    await this.#done;
    return this.#samples;
  }

  async #sample(pid: number): Promise<void> {
    while (!this.#stopped) {
      this.#samples.push(await residentMb(pid));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
    }
  }
}

async function residentMb(pid: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}

/** The first sample, the median of each tenth of the run, and the last sample. */
export function memoryProfile(samples: readonly number[]): readonly number[] {
  return [samples[0] ?? 0, ...medians(samples, 10), samples.at(-1) ?? 0];
}

/** How much more memory the last quarter of a run used than the second, by their medians. The first one warms up. */
export function growthMb(samples: readonly number[]): number {
  const quarters = medians(samples, 4);
  return (quarters[3] ?? 0) - (quarters[1] ?? 0);
}

/**
 * How much memory the run gained from its third tenth to its last, by a straight line through the medians of the tenths.
 * The first two warm up.
 */
export function trendMb(samples: readonly number[]): number {
  const values = medians(samples, 10).slice(2);
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const variance = values.reduce((sum, _value, index) => sum + (index - middle) ** 2, 0);
  return (covariance / variance) * (values.length - 1);
}

/** The medians of so many equal parts of the samples. */
function medians(samples: readonly number[], parts: number): number[] {
  return Array.from({ length: parts }, (_, index) =>
    median(samples.slice((samples.length * index) / parts, (samples.length * (index + 1)) / parts)),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
