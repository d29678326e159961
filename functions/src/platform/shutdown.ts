interface Signals {
  listeners(signal: "SIGTERM"): readonly unknown[];
  removeAllListeners(signal: "SIGTERM"): unknown;
  once(signal: "SIGTERM", listener: () => void): unknown;
}

/** Cloud Run kills the instance ten seconds after SIGTERM. */
const LONGEST_MS = 5_000;

/**
 * Runs the work at SIGTERM before the listeners that are registered by now. These end the process at once
 * (functions-framework calls `process.exit`), so asynchronous work would not be finished beside them.
 */
export function runBeforeShutdown(work: () => Promise<void>, signals: Signals = process): void {
  const ending = [...signals.listeners("SIGTERM")] as (() => void)[];
  // Without any, Node would end the process itself, which the listener below prevents.
  if (ending.length === 0) ending.push(() => process.exit());
  signals.removeAllListeners("SIGTERM");
  signals.once("SIGTERM", () => {
    const timeout = new Promise<void>((resolve) => void setTimeout(resolve, LONGEST_MS));
    void Promise.race([work(), timeout]).finally(() => ending.forEach((end) => end()));
  });
}
