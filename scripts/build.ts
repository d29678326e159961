// npm run build: bundles both workspaces and the API's page, whether or not they look stale.
import { build } from "./support/stale.mjs";

build("functions");
build("emulator");
build("api-docs");
