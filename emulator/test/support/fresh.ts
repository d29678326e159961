import { afterAll, beforeAll, beforeEach, afterEach } from "vitest";
import { startFirestoreEmulator } from "../../src/index.ts";
import type { EmulatorOptions, RunningEmulator } from "../../src/index.ts";
import { RawClient } from "./raw-client.ts";

/** One emulator per test file, and an empty project with an admin client per test. */
export function freshProjects(options: EmulatorOptions = {}): {
  readonly emulator: RunningEmulator;
  readonly client: RawClient;
  readonly projectId: string;
} {
  let emulator: RunningEmulator;
  let client: RawClient;
  let count = 0;
  beforeAll(async () => {
    emulator = await startFirestoreEmulator(options);
  });
  afterAll(() => emulator.stop());
  beforeEach(() => {
    client = new RawClient(emulator.address, `demo-${++count}`);
  });
  afterEach(() => client.close());
  return {
    get emulator() {
      return emulator;
    },
    get client() {
      return client;
    },
    get projectId() {
      return `demo-${count}`;
    },
  };
}

export function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
