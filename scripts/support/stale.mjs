import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { note } from "./install.mjs";
import { root } from "./root.mjs";

/** The file whose age tells how old a workspace's bundle is. */
const outputs = { functions: "functions/lib/index.js", emulator: "emulator/dist/main.js" };

/** Bundles a workspace ("functions" or "emulator") unless its bundle is newer than everything it is made from. */
export function buildIfStale(workspace) {
  const output = join(root, outputs[workspace]);
  if (existsSync(output) && statSync(output).mtimeMs >= newestInput(workspace)) return;
  build(workspace);
}

/** Bundles a workspace. Throws, after esbuild has said why on stderr, if it cannot be bundled. */
export function build(workspace) {
  note(`building ${workspace} …`);
  const { status } = spawnSync(process.execPath, [join(root, workspace, "build.mjs")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`${workspace} could not be built`);
}

function newestInput(workspace) {
  const programs = readdirSync(join(root, workspace)).filter((name) => name.endsWith(".mjs"));
  const files = ["package-lock.json", ...[...programs, "package.json"].map((name) => join(workspace, name))];
  const times = files.map((file) => statSync(join(root, file)).mtimeMs);
  return Math.max(...times, newestIn(join(root, workspace, "src")));
}

/** Folders count too: removing a file changes nothing but its folder's time. */
function newestIn(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestIn(path));
    else if (!entry.name.endsWith(".test.ts")) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}
