import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls until `condition` gives something other than undefined, null or false, and resolves with that. An exception
 * counts as "not yet" and is what the failure shows. For effects that arrive in their own time: triggers, ports, processes.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 50, what = "the condition" } = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<T, undefined | null | false>;
      }
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadline);
  throw new Error(`waited ${timeoutMs} ms for ${what} in vain`, { cause: lastError });
}
