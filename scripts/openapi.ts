// npm run openapi: writes docs/openapi.json, the description of the API, from the schemas that validate its requests.
import { writeFileSync } from "node:fs";
import { OPENAPI_FILE, openApiText } from "./support/openapi-file.ts";

writeFileSync(OPENAPI_FILE, await openApiText());
console.log("wrote docs/openapi.json");
