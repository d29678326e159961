import { applicationDefault, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { connectToEmulator } from "../demo-data/emulator-only.ts";

/** A client of a live project, with application default credentials, or of the emulator where none is named. */
export async function connectTo(project: string | undefined): Promise<Firestore> {
  if (project === undefined) return connectToEmulator();
  // An explicit --project means the live project, even if the shell is set up for the emulator.
  delete process.env.FIRESTORE_EMULATOR_HOST;
  return getFirestore(initializeApp({ projectId: project, credential: applicationDefault() }));
}
