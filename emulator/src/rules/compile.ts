import { checkRules } from "./check/check.ts";
import { IssueList } from "./check/issues.ts";
import { SyntaxIssue } from "./language/issue.ts";
import type { RulesIssue } from "./language/issue.ts";
import { parseRules } from "./language/parser.ts";
import { Ruleset } from "./ruleset.ts";

const MAX_SOURCE_BYTES = 256 * 1024;

/** A ruleset with its warnings, or the errors and warnings of a refused source. */
export type CompileResult =
  | { readonly ok: true; readonly ruleset: Ruleset; readonly issues: readonly RulesIssue[] }
  | { readonly ok: false; readonly issues: readonly RulesIssue[] };

/** Compiles a rules source. `fileName` appears in the issues. */
export function compileRules(source: string, fileName?: string): CompileResult {
  const issues = new IssueList(fileName);
  if (Buffer.byteLength(source) > MAX_SOURCE_BYTES) {
    issues.error({ line: 1, column: 1 }, `Ruleset is larger than ${MAX_SOURCE_BYTES} bytes.`);
    return { ok: false, issues: issues.all() };
  }
  try {
    const file = parseRules(source);
    checkRules(file, issues);
    const found = issues.all();
    const refused = found.some((issue) => issue.severity === "ERROR");
    return refused ? { ok: false, issues: found } : { ok: true, ruleset: new Ruleset(file), issues: found };
  } catch (error) {
    if (!(error instanceof SyntaxIssue)) throw error;
    issues.error(error.position, error.message);
    return { ok: false, issues: issues.all() };
  }
}
