import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NOW, TestClock } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { operations } from "./model/operations.ts";
import { LEVEL1_SECONDS, ModelRun } from "./model/run.ts";
import { EMPTY, freeOn } from "./model/shop-model.ts";

/** More for a long night: MODEL_RUNS=1000. */
const RUNS = Number(process.env["MODEL_RUNS"] ?? 8);
const SECONDS_PER_RUN = 30;

const project = openProject("model");
const clock = new TestClock();
let instances: [Instance, ...Instance[]];
let runs = 0;

beforeAll(async () => {
  instances = [
    await startInstance(project, { clock }),
    await startInstance(project, { clock }),
    await startInstance(project, { clock, config: { level1Seconds: LEVEL1_SECONDS } }),
  ];
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

it("has a model that says what the schedule says", () => {
  expect(freeOn(EMPTY, 0, "quick", NOW).filter((slot) => slot.startsWith("ada"))).toEqual(
    [10, 11, 14, 15, 16, 17, 9].map((hour) => `ada@${hour}`),
  );
  const taken = new Map([
    ["b", { kind: "booking" as const, mechanic: "capped" as const, start: 9, end: 11, expiresAt: null }],
  ]);
  expect(freeOn({ ...EMPTY, taken }, 0, "quick", NOW).filter((slot) => slot.startsWith("capped"))).toEqual([
    "capped@11",
    "capped@12",
  ]);
});

it(
  "offers exactly what can be booked, whatever happens",
  async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (sequence) => {
        clock.set(new Date(NOW).toISOString());
        await new ModelRun(project, instances, `shop-${(runs += 1)}`).run(sequence);
      }),
      {
        endOnFailure: true,
        numRuns: RUNS,
        interruptAfterTimeLimit: RUNS * SECONDS_PER_RUN * 500,
        markInterruptAsFailure: false,
      },
    );
  },
  RUNS * SECONDS_PER_RUN * 1000,
);
