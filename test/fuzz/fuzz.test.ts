import { afterAll, beforeAll, expect, it } from "vitest";
import type { Firestore } from "firebase-admin/firestore";
import { connectToEmulator } from "../../scripts/demo-data/emulator-only.ts";
import { startApi, type ApiProcess } from "../support/servers.ts";
import { fuzz } from "./run.ts";

const REQUESTS = 2_000;

let api: ApiProcess;
let db: Firestore;

beforeAll(async () => {
  api = await startApi();
  db = await connectToEmulator();
});
afterAll(() => Promise.all([api.stop(), db.terminate()]));

it(`answers ${REQUESTS} fuzzed requests without an error of its own`, { timeout: 240_000 }, async () => {
  const [url, pid] = [api.url, api.pid];
  const result = await fuzz({ url, db, pid, requests: REQUESTS, seed: 1, onProgress: () => undefined });
  expect(result.problems).toEqual([]);
  // A run in which nothing succeeded would find nothing wrong, either.
  for (const status of [200, 201, 204, 409, 422])
    expect(result.statuses[status], `${status}`).toBeGreaterThan(5);
  expect(result.memory.length).toBeGreaterThan(4);
});
