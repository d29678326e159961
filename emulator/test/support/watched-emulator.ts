import { startFirestoreEmulator } from "../../src/index.ts";

/**
 * Run as a process of its own with `--expose-gc`: an emulator that tells, when asked, how much heap it uses once the
 * garbage is gone.
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
