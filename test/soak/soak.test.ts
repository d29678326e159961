import { afterAll, expect, it } from "vitest";
import { soak, type SoakResult } from "./run.ts";

const OPERATIONS = 3_000;
let result: SoakResult | undefined;

afterAll(() => {
  if (!result) return;
  const { history, bookings, crashes, restarts } = result;
  const maybe = history.filter(({ outcome }) => outcome === "maybe").length;
  const done = history.filter(({ outcome }) => outcome === "done").length;
  console.info(
    `soak: ${history.length} operations, ${done} done, ${maybe} without an answer; ${bookings} bookings; ` +
      `${crashes} crashes, ${restarts} restarts of the emulator`,
  );
});

it(`keeps every promise through ${OPERATIONS} operations, faults, crashes and restarts`, async () => {
  result = await soak({
    operations: OPERATIONS,
    clients: 16,
    apis: 2,
    seed: 1,
    crashEvery: 1_000,
    restartEvery: 1_100,
    onProgress: () => undefined,
  });
  expect(result.problems.slice(0, 60)).toEqual([]);
  const done = (kind: string) =>
    result?.history.filter((one) => one.kind === kind && one.outcome === "done").length ?? 0;
  // A run in which nothing succeeds would find nothing wrong, either.
  for (const kind of ["book", "hold", "release", "cancel", "reschedule", "view"]) {
    expect(done(kind), kind).toBeGreaterThan(OPERATIONS / 100);
  }
  expect([result.crashes > 1, result.restarts > 0]).toEqual([true, true]);
});
