import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { note } from "./install.mjs";
import { root } from "./root.mjs";

/** What can be built: the program that does it, the file whose age tells how old the result is, and the sources. */
const targets = {
  functions: {
    program: "functions/build.mjs",
    output: "functions/lib/index.js",
    sources: () => workspace("functions"),
  },
  emulator: {
    program: "emulator/build.mjs",
    output: "emulator/dist/main.js",
    sources: () => workspace("emulator"),
  },
  "api-docs": {
    program: "scripts/support/api-docs.mjs",
    output: "public/openapi.json",
    sources: () => [
      timeOf("docs/openapi.json"),
      timeOf("package-lock.json"),
      timeOf("scripts/support/api-docs.mjs"),
    ],
  },
};

/** Builds a target unless its result is newer than everything it is made from. */
export function buildIfStale(target) {
  const { output, sources } = targets[target];
  if (existsSync(join(root, output)) && timeOf(output) >= Math.max(...sources())) return;
  build(target);
}

/** Builds a target. Throws, after its program has said why on stderr, if it cannot be built. */
export function build(target) {
  note(`building ${target} …`);
  const { status } = spawnSync(process.execPath, [join(root, targets[target].program)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`${target} could not be built`);
}

/** The times of everything that a workspace's bundle is made from. */
function workspace(name) {
  const programs = readdirSync(join(root, name)).filter((file) => file.endsWith(".mjs"));
  const files = ["package-lock.json", ...[...programs, "package.json"].map((file) => join(name, file))];
  return [...files.map(timeOf), newestIn(join(root, name, "src"))];
}

function timeOf(file) {
  return statSync(join(root, file)).mtimeMs;
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
