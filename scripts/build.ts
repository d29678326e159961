// npm run build: bundles both workspaces, whether or not they look stale.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { note } from "./support/install.mjs";
import { root } from "./support/root.mjs";

for (const workspace of ["functions", "emulator"]) {
  note(`building ${workspace} …`);
  const { build } = (await import(pathToFileURL(join(root, workspace, "build.mjs")).href)) as {
    build: () => Promise<void>;
  };
  await build();
}
