// Entry of every npm script. Plain Node without dependencies, because it must work in a fresh clone: it installs and
// builds what the command needs and finds missing, then runs the command in this same process, so that a signal
// sent to it reaches the command without a middleman.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exclusively, installFirebaseTools, installRoot } from "./support/install.mjs";
import { buildIfStale } from "./support/stale.mjs";
import { root } from "./support/root.mjs";

/** What each command needs before it can run; `module` names a built program to run instead of scripts/NAME.ts. */
const commands = {
  start: { tools: true, build: ["functions", "emulator", "api-docs"] },
  test: { tools: true, build: ["functions", "emulator", "api-docs"] },
  "test:official": { tools: true, build: ["functions", "emulator", "api-docs"] },
  verify: { tools: true, build: ["functions", "emulator", "api-docs"] },
  build: { build: [] },
  deploy: { tools: true, build: ["functions", "api-docs"] },
  emulator: { build: ["emulator"], module: "emulator/dist/main.js" },
  api: { build: ["functions"] },
  openapi: { build: [] },
  "demo-data": { build: [] },
  token: { build: [] },
  doctor: { build: [] },
  grant: { build: [] },
  import: { build: [] },
  compare: { build: [] },
  audit: { build: [] },
  soak: { build: ["functions", "emulator"] },
  fuzz: { build: ["functions", "emulator"] },
  bench: { build: ["functions", "emulator"] },
};

const [name, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);
if (major < 20)
  fail(`slotbay needs Node 20 or newer; this is ${process.version}. See https://nodejs.org.`, 1);
if (!name || !Object.hasOwn(commands, name)) {
  fail(`usage: npm run COMMAND -- [flags]; COMMAND is one of ${Object.keys(commands).join(", ")}`, 2);
}

const command = commands[name];
try {
  await exclusively(async () => {
    await installRoot();
    if (command.tools) await installFirebaseTools();
    for (const target of command.build) buildIfStale(target);
  });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error), 1);
}
await run();

async function run() {
  const file = join(root, command.module ?? `scripts/${name.replace(":", "-")}.ts`);
  if (!existsSync(file)) fail(`${file} is missing`, 1);
  process.argv = [process.execPath, file, ...args];
  if (!command.module) (await import("tsx/esm/api")).register();
  await import(pathToFileURL(file).href);
}

function fail(message, code) {
  console.error(message);
  process.exit(code);
}
