import type { Firestore } from "firebase-admin/firestore";
import { connectToEmulator } from "../../scripts/demo-data/emulator-only.ts";
import { seedShop, type ShopSeed } from "./shop.ts";

/** The environment variable with the address of the process that hosts the suite; see one-suite.setup.ts. */
export const SUITE_HOST = "SLOTBAY_TEST_SUITE_HOST";

/** What the host answers: `/join` starts the suite if necessary, `/interrupt` ends it as Ctrl-C does. */
export interface SuiteAnswers {
  readonly join: { readonly block: string; readonly output: string };
  readonly interrupt: { readonly exit: number | NodeJS.Signals };
}

/** The Emulator Suite that the projects `edge` and `e2e` share: one start serves every test file. */
export interface RunningSuite {
  /** The text that it printed when it was ready. */
  readonly block: string;
  /** Everything that it had printed when this file joined it. */
  readonly output: string;
  /** The Hosting address, through which users come; without a slash at the end. */
  readonly site: string;
  /** `HOST:PORT` of the functions emulator. */
  readonly functionsHost: string;
  /** Its documents, past the API. */
  readonly db: Firestore;
  /** Writes a shop; its documents cause events. */
  seedShop(shopId: string, seed?: ShopSeed): Promise<void>;
  /** Ends it as Ctrl-C does and resolves with its exit code. Only the last test may do this. */
  interrupt(): Promise<number | NodeJS.Signals>;
}

let joined: Promise<RunningSuite> | undefined;

/**
 * Returns the shared suite, after its start if this is the first call of the run: call it in `beforeAll`. Each file
 * writes to shops of its own; the shop `default` is left to the tests of what `npm start` prints.
 */
export function joinSuite(): Promise<RunningSuite> {
  return (joined ??= join());
}

async function join(): Promise<RunningSuite> {
  const { block, output } = await ask("join");
  const printed = (pattern: RegExp) => pattern.exec(block)?.[1] ?? "";
  const firestoreHost = printed(/FIRESTORE_EMULATOR_HOST=(\S+)/);
  process.env.FIRESTORE_EMULATOR_HOST = firestoreHost;
  const db = await connectToEmulator();
  return {
    block,
    output,
    site: printed(/site and API +(\S+)/),
    functionsHost: printed(/function +http:\/\/([^/]+)\//),
    db,
    seedShop: (shopId, seed) => seedShop(db, shopId, seed),
    interrupt: async () => (await ask("interrupt")).exit,
  };
}

async function ask<T extends keyof SuiteAnswers>(what: T): Promise<SuiteAnswers[T]> {
  const response = await fetch(`${process.env[SUITE_HOST]}/${what}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`the Emulator Suite did not start: ${text}`);
  return JSON.parse(text) as SuiteAnswers[T];
}
