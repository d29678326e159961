/** Security rules, version 2 of the language: compile a source, then decide requests. */
export { AccessBudget } from "./access-budget.ts";
export { decideGets, decideQuery, decideWrites } from "./authorization.ts";
export type { DocumentToRead, RulesContext } from "./authorization.ts";
export { compileRules } from "./compile.ts";
export type { CompileResult } from "./compile.ts";
export type { RulesIssue } from "./language/issue.ts";
export type {
  DocumentReader,
  ListQuery,
  RulesAuth,
  RulesDecision,
  RulesMethod,
  RulesRequest,
} from "./request.ts";
export type { Ruleset } from "./ruleset.ts";
