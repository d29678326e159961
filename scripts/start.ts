// npm start: the Emulator Suite with the demo shop, until Ctrl-C.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError } from "commander";
import { connectToEmulator } from "./demo-data/emulator-only.ts";
import { isEmpty, loadDemoShop } from "./demo-data/load.ts";
import { defaultDemoOptions } from "./demo-data/options.ts";
import {
  configuredPorts,
  freePorts,
  LISTENERS,
  portsInUse,
  type Listener,
  type Ports,
} from "./start/ports.ts";
import { readyBlock } from "./start/ready-block.ts";
import { Suite } from "./start/suite.ts";
import { describeCommand, giveUp } from "./support/cli.ts";
import { note } from "./support/install.mjs";
import { root } from "./support/root.mjs";
import { millis } from "../functions/src/engine/units.ts";

const LOG_FILE = ".cache/suite.log";
const DATA_FOLDER = ".emulator-data";
const READY_TIMEOUT_MS = 120_000;
/** A terminal's Ctrl-C reaches us directly and once more through npm; only a later one means "now". */
const SAME_SIGNAL_MS = 1_000;

const options = describeCommand(
  "start",
  "Runs functions, hosting, auth and Firestore locally, with a demo shop.",
)
  .option("--fresh", "begin with a new demo shop and keep nothing", false)
  .option("--free-ports", "take any free ports instead of those of firebase.json", false)
  .option(
    "--port <name=number>",
    `give one listener another port; names: ${LISTENERS.join(", ")}`,
    portFlag,
    {},
  )
  .parse()
  .opts<{ fresh: boolean; freePorts: boolean; port: Partial<Ports> }>();

const ports: Ports = { ...(options.freePorts ? await freePorts() : configuredPorts()), ...options.port };
const busy = await portsInUse(ports);
if (busy.length > 0) giveUp(busyMessage(busy));

mkdirSync(join(root, ".cache"), { recursive: true });
note("starting the Emulator Suite …");
const suite = new Suite({
  ports,
  dataFolder: options.fresh ? null : join(root, DATA_FOLDER),
  logFile: join(root, LOG_FILE),
  onWarning: (line) => console.error(line),
});
process.on("exit", () => suite.kill());
const stopped = untilStopped();
const ended = suite.ended.then((reason) => ({ reason }));
const outcome = await Promise.race([serve().then(() => ended), ended, stopped]).catch((error: unknown) => ({
  reason: error instanceof Error ? error.message : String(error),
}));
if (outcome === "stopped") await stopSuite();
else await fail(outcome.reason);

async function serve(): Promise<void> {
  await until(() => suite.hasFirestore, "Firestore");
  process.env.FIRESTORE_EMULATOR_HOST = `127.0.0.1:${ports.firestore}`;
  const db = await connectToEmulator();
  const demo = defaultDemoOptions(millis(Date.now()));
  // While the other emulators are still starting: no function listens yet, so the documents raise no events.
  if (await isEmpty(db, demo.shop)) {
    note("loading the demo shop …");
    await loadDemoShop(db, demo, () => undefined);
  }
  await db.terminate();
  await until(() => suite.isReady, "the Emulator Suite");
  const dataFolder = options.fresh ? null : DATA_FOLDER;
  console.log(await readyBlock({ ports, shop: demo.shop, logFile: LOG_FILE, dataFolder }));
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`${what} was not ready in ${READY_TIMEOUT_MS / 1000} s`);
    await sleep(50);
  }
}

/** Resolves at the first request to stop; a second one ends everything at once. */
function untilStopped(): Promise<"stopped"> {
  let firstAt = 0;
  return new Promise((resolve) => {
    const onSignal = (): void => {
      if (firstAt === 0) {
        firstAt = performance.now();
        resolve("stopped");
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
        process.exit(1);
      }
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  });
}

async function stopSuite(): Promise<never> {
  note("stopping …");
  await suite.stop();
  note("stopped; every port is free again");
  process.exit(0);
}

async function fail(reason: string): Promise<never> {
  await suite.stop();
  return giveUp(`slotbay stopped: ${reason}\nMore is in ${LOG_FILE}.`);
}

function busyMessage(inUse: ReadonlyArray<{ listener: Listener; port: number }>): string {
  const lines = inUse.map(({ listener, port }) => `port ${port} is in use, and ${listener} wants it`);
  const [first] = inUse;
  const example = first ? `--port ${first.listener}=${first.port + 10}` : "";
  return `${lines.join("\n")}\nStop the program that holds it (another \`npm start\`?), or run \`npm start -- ${example}\`, or \`npm start -- --free-ports\`.`;
}

function portFlag(text: string, others: Partial<Ports>): Partial<Ports> {
  const [name = "", number = ""] = text.split("=");
  const listener = LISTENERS.find((one) => one === name);
  const port = Number(number);
  if (!listener) throw new InvalidArgumentError(`Expected name=number with one of ${LISTENERS.join(", ")}.`);
  if (!/^\d+$/.test(number) || port < 1024 || port > 65535) {
    throw new InvalidArgumentError("Expected a port from 1024 to 65535.");
  }
  return { ...others, [listener]: port };
}
