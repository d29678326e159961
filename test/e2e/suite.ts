import type { Firestore } from "firebase-admin/firestore";
import { connectToEmulator } from "../../scripts/demo-data/emulator-only.ts";
import { startChild, type Child } from "../support/child.ts";

/** The Emulator Suite as a newcomer meets it: started by the real command, on ports of its own. */
export interface RunningSuite {
  readonly child: Child;
  /** What it prints when all is up. */
  readonly block: string;
  readonly site: string;
  /** `HOST:PORT` of the functions emulator. */
  readonly functionsHost: string;
  /** Its documents, past the API. */
  readonly db: Firestore;
  stop(): Promise<void>;
}

export async function startSuite(): Promise<RunningSuite> {
  const child = await startChild({
    args: ["scripts/run.mjs", "start", "--fresh", "--free-ports"],
    ready: /slotbay is ready[\s\S]*Stop with Ctrl-C/,
    timeoutMs: 150_000,
    // A user's shell does not have the tests' own setting.
    env: { RATE_LIMITS: "off", METADATA_SERVER_DETECTION: undefined },
  });
  const block = child.match[0];
  const printed = (pattern: RegExp) => pattern.exec(block)?.[1] ?? "";
  process.env.FIRESTORE_EMULATOR_HOST = printed(/FIRESTORE_EMULATOR_HOST=(\S+)/);
  const db = await connectToEmulator();
  return {
    child,
    block,
    site: printed(/site and API +(\S+)/),
    functionsHost: printed(/function +http:\/\/([^/]+)\//),
    db,
    async stop() {
      await db.terminate();
      await child.stop(30_000);
    },
  };
}
