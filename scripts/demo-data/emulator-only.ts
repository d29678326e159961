import { initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { DEFAULT_FIRESTORE_HOST, LOCAL_PROJECT } from "../support/local-project.ts";
import { isReachable } from "../support/reachable.ts";

/**
 * A client of the emulator at FIRESTORE_EMULATOR_HOST (by default the one `npm start` runs). Throws, with a message
 * for people, where no emulator answers or the project is not a local one: demo data must never reach a real shop.
 */
export async function connectToEmulator(): Promise<Firestore> {
  const host = (process.env.FIRESTORE_EMULATOR_HOST ||= DEFAULT_FIRESTORE_HOST);
  // The client otherwise looks for a metadata server too, and warns where something else answers at its address.
  process.env.METADATA_SERVER_DETECTION ??= "none";
  const projectId = process.env.GCLOUD_PROJECT || LOCAL_PROJECT;
  if (!projectId.startsWith("demo-")) {
    throw new Error(
      `GCLOUD_PROJECT is ${projectId}: demo data goes only into projects whose id begins with demo-`,
    );
  }
  if (!(await isReachable(host))) {
    throw new Error(
      `no Firestore emulator answers at ${host}: start one (npm start, or npm run emulator), or set FIRESTORE_EMULATOR_HOST`,
    );
  }
  return getFirestore(initializeApp({ projectId }, `demo-data-${host}`));
}
