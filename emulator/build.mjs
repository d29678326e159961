import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here("dist");

const { metafile } = await build({
  entryPoints: [here("src/index.ts"), here("src/main.ts")],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  metafile: true,
  // Installed beside the bundle, and the protos are read from the package itself.
  packages: "external",
  logLevel: "warning",
});

// After the build, so that a program started meanwhile finds a complete build.
const current = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of await readdir(outdir)) if (!current.has(name)) await rm(join(outdir, name));
