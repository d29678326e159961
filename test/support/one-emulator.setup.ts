import type { TestProject } from "vitest/node";
import { exclusively } from "../../scripts/support/install.mjs";
import { buildIfStale } from "../../scripts/support/stale.mjs";
import { startEmulator } from "./servers.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** `host:port` of the Firestore emulator that all integration tests share, each in projects or shops of its own. */
    firestoreEmulatorHost: string;
  }
}

/** Uses the emulator of FIRESTORE_EMULATOR_HOST where one is given (that is how the official one is tested), else its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.FIRESTORE_EMULATOR_HOST;
  await exclusively(() => {
    buildIfStale("emulator");
    buildIfStale("functions");
    return Promise.resolve();
  });
  const emulator = given ? null : await startEmulator();
  const host = given ?? emulator?.host ?? "";
  // The workers are forked after this and inherit it.
  process.env.FIRESTORE_EMULATOR_HOST = host;
  process.env.GCLOUD_PROJECT ??= "demo-slotbay";
  project.provide("firestoreEmulatorHost", host);
  return async () => {
    await emulator?.stop();
  };
}
