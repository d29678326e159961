import { defineConfig } from "vitest/config";

/** Groups run one after the other: the suite's start takes every core there is, and race tests need one of their own. */
export default defineConfig({
  test: {
    pool: "forks",
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
          exclude: ["test/e2e/**", "test/soak/soak.test.ts"],
          globalSetup: ["test/support/one-emulator.setup.ts"],
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
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
