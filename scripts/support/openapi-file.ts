import { join } from "node:path";
import { format } from "prettier";
import { openApiDocument } from "../../functions/src/openapi/document.ts";
import { root } from "./root.mjs";

/** The file that describes the API. */
export const OPENAPI_FILE = join(root, "docs/openapi.json");

/** Returns the text of the file as it must be. */
export function openApiText(): Promise<string> {
  return format(JSON.stringify(openApiDocument()), { parser: "json", printWidth: 110 });
}
