import { readFileSync } from "node:fs";
import { readIndexDefinitions } from "./queries/index-definitions.ts";
import type { IndexDefinitions } from "./queries/index-definitions.ts";
import { compileRules, issuesText } from "./rules/index.ts";
import type { Ruleset } from "./rules/index.ts";

/** @throws Error that names the file when it cannot be read or is not a valid firestore.indexes.json */
export function loadIndexDefinitions(path: string): IndexDefinitions {
  try {
    return readIndexDefinitions(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Error(`Cannot load index definitions from ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** @throws Error with the file, line and column of each issue when the rules do not compile */
export function loadRules(path: string): Ruleset {
  const compiled = compileRules(readFileSync(path, "utf8"), path);
  if (compiled.ok) return compiled.ruleset;
  throw new Error(`The security rules do not compile.\n${issuesText(compiled.issues)}`);
}
