import configured from "../../firebase.json" with { type: "json" };

/**
 * Runs `task` while the functions emulator beside the Firestore emulator at `firestoreHost`, if there is one, ignores
 * document events: it would start a process for each of the thousands that a big shop raises at once.
 */
export async function withTriggersPaused<T>(
  firestoreHost: string,
  task: () => Promise<T>,
  hub = `http://127.0.0.1:${configured.emulators.hub.port}`,
): Promise<T> {
  if (!(await isHubOf(hub, firestoreHost))) return task();
  await put(`${hub}/functions/disableBackgroundTriggers`);
  try {
    return await task();
  } finally {
    await put(`${hub}/functions/enableBackgroundTriggers`);
  }
}

async function isHubOf(hub: string, firestoreHost: string): Promise<boolean> {
  try {
    const response = await fetch(`${hub}/emulators`);
    const { firestore } = (await response.json()) as { firestore?: { host: string; port: number } };
    return firestore !== undefined && `${firestore.host}:${firestore.port}` === firestoreHost;
  } catch {
    return false;
  }
}

async function put(url: string): Promise<void> {
  const response = await fetch(url, { method: "PUT" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
