import { parseCommandLine } from "./command-line.ts";
import { startFirestoreEmulator } from "./index.ts";

async function main(): Promise<void> {
  const { options, notices } = parseCommandLine(process.argv.slice(2));
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  const emulator = await startFirestoreEmulator(options);
  process.stdout.write(`Firestore emulator listening on ${emulator.address}\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    // Exits even if a connection does not close.
    setTimeout(() => process.exit(0), 1_000).unref();
    void emulator.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  void emulator.shutdownRequested.then(stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
