import { rm } from "node:fs/promises";
import { join } from "node:path";
import { deleteApp, initializeApp, type App } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { millis, toMinutes } from "../../functions/src/engine/units.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import { exclusively, installFirebaseTools } from "../../scripts/support/install.mjs";
import { root } from "../../scripts/support/root.mjs";
import { buildIfStale } from "../../scripts/support/stale.mjs";
import { freePorts } from "../../scripts/start/ports.ts";
import { startChild } from "../support/child.ts";
import { Client, freeTimes } from "../support/client.ts";
import { startEmulator, type EmulatorProcess } from "../support/servers.ts";
import { seedShop, ZONE } from "../support/shop.ts";
import { deployedNode, FRAMEWORK, installUpload, uploadedFiles } from "./upload.ts";

const PROJECT = "demo-upload";
const SHOP = "uploaded";
const LOOPBACK = join(root, "test/deploy/loopback.cjs");

let emulator: EmulatorProcess;
let app: App;
let folder: string;

beforeAll(async () => {
  await exclusively(async () => {
    await installFirebaseTools();
    buildIfStale("emulator");
    buildIfStale("functions");
  });
  emulator = await startEmulator();
  process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
  app = initializeApp({ projectId: PROJECT }, "upload");
  await seedShop(getFirestore(app), SHOP);
  folder = await installUpload();
}, 280_000);

afterAll(async () => {
  await deleteApp(app);
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the functions as uploaded", () => {
  it("consist of the bundle, its manifest and its lockfile", async () => {
    const files = (await uploadedFiles()).filter((file) => !file.startsWith(".env."));
    expect(files).toEqual(["lib/index.js", "lib/index.js.map", "package-lock.json", "package.json"]);
  });

  it("answer under the Node of this machine", async () => {
    await expectAnswers(process.execPath);
  });

  it("answer under the deployment's Node", async ({ skip }) => {
    const node = await deployedNode();
    if (node === null) return skip("the registry has no Node of the deployment's version for this machine");
    await expectAnswers(node);
  });
});

/** Serves the folder as production does, and asks for its health and for a day of the shop. */
async function expectAnswers(node: string): Promise<void> {
  const port = (await freePorts()).functions;
  const server = await startChild({
    node,
    args: [
      ...["--require", LOOPBACK],
      FRAMEWORK,
      "--source",
      folder,
      "--target",
      "api",
      "--port",
      String(port),
    ],
    ready: /URL: http/,
    env: { GCLOUD_PROJECT: PROJECT, NODE_ENV: "development" },
    timeoutMs: 60_000,
  });
  try {
    const client = new Client(`http://127.0.0.1:${port}`);
    expect(await client.get("/v1/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    const date = addDays(dateOf(ZONE, toMinutes(millis(Date.now()))), 3);
    const day = await client.availability(SHOP, date);
    expect(freeTimes(day.body, "ada")[0]).toBe("09:00");
  } finally {
    await server.stop();
  }
}
