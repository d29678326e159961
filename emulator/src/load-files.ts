import { readFileSync } from "node:fs";
import { readIndexDefinitions } from "./queries/index-definitions.ts";
import type { IndexDefinitions } from "./queries/index-definitions.ts";

/** @throws Error that names the file when it cannot be read or is not a firestore.indexes.json */
export function loadIndexDefinitions(path: string): IndexDefinitions {
  try {
    return readIndexDefinitions(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Error(`Cannot load index definitions from ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
