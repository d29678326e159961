import { EmulatorClient } from "@slotbay/firestore-emulator";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { afterAll, inject } from "vitest";
import { getCurrentTest } from "vitest/suite";
import { CLIENT_SETTINGS } from "../../functions/src/platform/firestore/client-settings.ts";

/** One project of the shared emulator: its documents, its meter and its faults are its own. */
export interface Project {
  readonly id: string;
  readonly db: Firestore;
  readonly emulator: EmulatorClient;
  /** Another client with connections of its own, as another process has. */
  connect(): Firestore;
}

let opened = 0;
let connected = 0;

/**
 * Opens a project for the calling test file, which closes it when it is done. Names are unique to the file and to the
 * run: an emulator that outlives the run (FIRESTORE_EMULATOR_HOST) must not bring back what an earlier one left.
 */
export function openProject(name: string): Project {
  const id = `demo-${name}-${Date.now().toString(36)}-${process.pid}-${(opened += 1)}`;
  const connect = () => {
    const app = initializeApp({ projectId: id }, `${id}/${(connected += 1)}`);
    afterAll(() => deleteApp(app));
    const db = getFirestore(app);
    db.settings(CLIENT_SETTINGS);
    return db;
  };
  return { id, db: connect(), connect, emulator: meterAndFaults(inject("firestoreEmulatorHost"), id) };
}

/** The official emulator has neither meter nor faults: a test that wants one is skipped there. */
function meterAndFaults(host: string, projectId: string): EmulatorClient {
  const client = new EmulatorClient(host, projectId);
  if (!process.env.OFFICIAL_EMULATOR) return client;
  return new Proxy(client, {
    get(target, name) {
      if (name === "clearFaults") return () => Promise.resolve();
      if (typeof Reflect.get(target, name) !== "function") return Reflect.get(target, name) as unknown;
      return () => getCurrentTest()?.context.skip("the official emulator has neither meter nor faults");
    },
  });
}
