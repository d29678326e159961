// Puts the API's description and the page that shows it among the files of Hosting: /openapi.json and /docs.
import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./root.mjs";

const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt"]) {
  copyFileSync(join(swaggerUi, name), join(root, "public/docs", name));
}
// Last, because its age tells how old the others are.
copyFileSync(join(root, "docs/openapi.json"), join(root, "public/openapi.json"));
