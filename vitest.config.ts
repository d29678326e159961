import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const ZONE_TESTS = "functions/src/engine/zones/*.test.ts";

/**
 * Groups run one after the other: the suite's start takes every core there is, and race tests need one of their own.
 * `npm test` leaves the project "long" out; `npm run verify` runs it too.
 */
export default defineConfig({
  test: {
    pool: "forks",
    // Vitest leaves one core idle by default; on a laptop with two that means one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default", "./test/support/progress-reporter.ts"],
    // The functions log a line per request; only a failing test needs to show them.
    silent: "passed-only",
    restoreMocks: true,
    // Google's libraries otherwise look for a metadata server, whoever they are told to talk to.
    env: { METADATA_SERVER_DETECTION: "none" },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["functions/src/**/*.test.ts", "emulator/src/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: [ZONE_TESTS],
          // Pure code: files may share a worker, and loading the modules once saves most of the time.
          isolate: false,
          // Property tests are slow on a busy machine.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "zones",
          // Each imports the engine's tests again, under another TZ of the process.
          include: [ZONE_TESTS],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "emulator",
          include: ["emulator/test/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{edge,e2e}/**", "test/soak/soak.test.ts", "**/*.long.test.ts"],
          globalSetup: ["test/support/one-emulator.setup.ts"],
          // Files share a worker, so that express and the Firestore client are loaded once; each closes what it opens.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "soak",
          include: ["test/soak/soak.test.ts"],
          testTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // What reaches users through Hosting. It shares the Emulator Suite of "e2e", which ends it.
          name: "edge",
          include: ["test/edge/**/*.test.ts"],
          exclude: ["**/*.long.test.ts"],
          globalSetup: ["test/support/one-suite.setup.ts"],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/one-suite.setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["test/**/*.long.test.ts"],
          globalSetup: ["test/support/one-emulator.setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
