import { spawn } from "node:child_process";

/**
 * Waits for the end of its input, which is the end of the process that holds the other end of the pipe, whatever ended
 * it. Then ends firebase-tools as Ctrl-C would ($1), and by force what remains of it after a while, the Firestore emulator
 * (whose id is in $2, and which has a process group of its own) included; then removes the remaining arguments.
 */
const SCRIPT = `
cat > /dev/null
kill -s INT "$1" 2> /dev/null
waited=0
while kill -0 "$1" 2> /dev/null && [ "$waited" -lt 20 ]; do sleep 1; waited=$((waited + 1)); done
kill -s KILL -- "-$1" 2> /dev/null
if [ -s "$2" ]; then kill -s KILL "$(cat "$2")" 2> /dev/null; fi
shift 2
rm -rf "$@"
`;

/**
 * Ends the process group `groupId` even if this process is killed and cannot do so itself. Call the returned function
 * when the group has ended.
 */
export function guardAgainstSuddenDeath(
  groupId: number,
  emulatorPidFile: string,
  leftovers: readonly string[],
): () => void {
  const shell = spawn(
    "sh",
    ["-c", SCRIPT, "slotbay-watchdog", String(groupId), emulatorPidFile, ...leftovers],
    {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    },
  );
  // Without a shell there is no such guard, and everything else works as well.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  return () => void shell.kill("SIGKILL");
}
