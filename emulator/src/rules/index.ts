/** Security rules, version 2 of the language: compile a source, then decide reads, queries and writes. */
export { decideGets, decideQuery, decideWrites } from "./authorization.ts";
export type { DocumentToRead, RulesContext } from "./authorization.ts";
export { compileRules } from "./compile.ts";
export { issuesText } from "./language/issue.ts";
export type { RulesDecision } from "./request.ts";
export type { Ruleset } from "./ruleset.ts";
