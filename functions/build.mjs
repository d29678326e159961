// Bundles the functions to functions/lib/index.js; what is deployed, what the functions emulator loads, and what
// `npm run api` serves. Writes the lockfile that is deployed with it. Run it directly or import `build`.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { lockfileOf } from "./lockfile.mjs";

const folder = dirname(fileURLToPath(import.meta.url));

/** Bundles everything but the two Firebase packages, which must stay resolvable for the deployer and the runtime. */
export async function build() {
  const output = join(folder, "lib/index.js");
  await mkdir(dirname(output), { recursive: true });
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, "src/index.ts")],
    outfile: output,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    external: ["firebase-admin", "firebase-admin/*", "firebase-functions", "firebase-functions/*"],
    // CommonJS packages inside an ES module still call require() for Node's own modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  for (const file of outputFiles) await replace(file.path, file.contents);
  await replace(join(folder, "package-lock.json"), await lockfile());
}

async function lockfile() {
  const read = async (path) => JSON.parse(await readFile(join(folder, path), "utf8"));
  const lock = lockfileOf(await read("../package-lock.json"), await read("package.json"));
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Writes beside and renames, so that a process that starts meanwhile never loads half a file. */
async function replace(path, contents) {
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, contents);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
