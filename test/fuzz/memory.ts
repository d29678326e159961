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

/** How much more memory the last quarter of a run used than the second, by their medians. The first one warms up. */
export function growthMb(samples: readonly number[]): number {
  const quarter = (index: number) =>
    samples.slice((samples.length * index) / 4, (samples.length * (index + 1)) / 4);
  return median(quarter(3)) - median(quarter(1));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
