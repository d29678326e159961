// npm run build: bundles both workspaces, whether or not they look stale.
import { build } from "./support/stale.mjs";

build("functions");
build("emulator");
