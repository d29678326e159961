import { afterAll, expect, it } from "vitest";
import { soak, type SoakOptions, type SoakResult } from "./run.ts";

const KINDS = ["book", "hold", "release", "cancel", "reschedule", "view"];

export interface SoakTest extends Omit<SoakOptions, "onProgress"> {
  /** How many operations of each kind must succeed: a run in which nothing succeeds would find nothing wrong, either. */
  readonly leastOfEachKind: number;
}

/** Registers the test that runs one soak and finds no broken promise. */
export function testSoak({ leastOfEachKind, ...options }: SoakTest): void {
  const { operations } = options;
  let result: SoakResult | undefined;

  afterAll(() => {
    if (!result) return;
    const { history, bookings, crashes, restarts } = result;
    const maybe = history.filter(({ outcome }) => outcome === "maybe").length;
    const done = history.filter(({ outcome }) => outcome === "done").length;
    process.stdout.write(
      `soak: ${history.length} operations, ${done} done, ${maybe} without an answer; ${bookings} bookings; ` +
        `${crashes} crashes, ${restarts} restarts of the emulator\n`,
    );
  });

  it(`keeps every promise through ${operations} operations, faults, crashes and restarts`, async () => {
    result = await soak({ ...options, onProgress: showQuarters(operations) });
    expect(result.problems.slice(0, 60)).toEqual([]);
    const done = (kind: string) =>
      result?.history.filter((one) => one.kind === kind && one.outcome === "done").length ?? 0;
    for (const kind of KINDS) expect(done(kind), kind).toBeGreaterThanOrEqual(leastOfEachKind);
    expect([result.crashes > 1, result.restarts > 0]).toEqual([true, true]);
  });
}

/** Writes a line per quarter, past the console, of which vitest shows only what belongs to failed tests. */
function showQuarters(operations: number): (begun: number) => void {
  let next = 1;
  return (begun) => {
    if (begun < (next * operations) / 4) return;
    next += 1;
    process.stdout.write(`soak: ${begun} of ${operations} operations\n`);
  };
}
