import { LOCAL_PROJECT } from "../support/local-project.ts";

/**
 * Runs `task` while commits to the Firestore emulator at `firestoreHost` cause no events: the functions emulator would
 * start a process for each of the thousands that a big shop raises at once. Its own switch for that does not serve: it
 * registers all functions again under other names, and the ones that the README calls stay disabled. An emulator that
 * cannot pause (the official one) raises the events.
 */
export async function withTriggersPaused<T>(firestoreHost: string, task: () => Promise<T>): Promise<T> {
  const project = process.env.GCLOUD_PROJECT || LOCAL_PROJECT;
  const url = `http://${firestoreHost}/emulator/v1/projects/${project}/pausedTriggers`;
  const { ok } = await fetch(url, { method: "PUT" });
  if (!ok) return task();
  try {
    return await task();
  } finally {
    await fetch(url, { method: "DELETE" });
  }
}
