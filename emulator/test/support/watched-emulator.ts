import { startFirestoreEmulator } from "../../src/index.ts";

/**
 * An emulator that reports its heap size after a garbage collection on request. Run as a separate process with
 * `--expose-gc`.
 */
const emulator = await startFirestoreEmulator();
process.send!({ address: emulator.address });

process.on("message", (message) => {
  if (message === "stop") void emulator.stop().then(() => process.exit(0));
  if (message !== "heap") return;
  gc!();
  gc!();
  process.send!({ heap: process.memoryUsage().heapUsed });
});
