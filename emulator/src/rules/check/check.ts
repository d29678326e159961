import type { FunctionDeclaration, MatchBlock, PatternSegment, RulesFile } from "../language/ast.ts";
import { CallGraph } from "./call-graph.ts";
import { ExpressionChecker } from "./check-expression.ts";
import { CheckScope } from "./check-scope.ts";
import type { IssueList } from "./issues.ts";

const MAX_PATH_SEGMENTS = 100;
const MAX_CAPTURES = 20;
const MAX_PARAMETERS = 7;
const MAX_LETS = 10;

/** Checks the names, arities and limits of a parsed file; an ERROR issue refuses it, a WARNING does not. */
export function checkRules(file: RulesFile, issues: IssueList): void {
  new Checker(file, issues).run();
}

class Checker {
  private readonly graph = new CallGraph();

  constructor(
    private readonly file: RulesFile,
    private readonly issues: IssueList,
  ) {}

  run(): void {
    if (this.file.version === "1") {
      const advice = "Please update to the latest version (version [2])";
      this.issues.warning({ line: 1, column: 1 }, `Ruleset uses old version (version [1]). ${advice}.`);
    }
    const global = new CheckScope(undefined, this.file.functions, ["request", "resource"]);
    this.checkFunctions(this.file.functions, global);
    for (const service of this.file.services) {
      const scope = new CheckScope(global, service.functions, []);
      this.checkFunctions(service.functions, scope);
      for (const match of service.matches) this.checkMatch(match, scope, []);
    }
    this.graph.report(this.issues);
  }

  private checkMatch(block: MatchBlock, outer: CheckScope, above: readonly PatternSegment[]): void {
    const path = [...above, ...block.pattern];
    this.checkPattern(block, path);
    const names = block.pattern.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
    const scope = new CheckScope(outer, block.functions, names);
    this.checkFunctions(block.functions, scope);
    const checker = this.expressionChecker(undefined);
    for (const { condition } of block.allows) if (condition) checker.check(condition, scope);
    for (const nested of block.matches) this.checkMatch(nested, scope, path);
  }

  private checkPattern(block: MatchBlock, path: readonly PatternSegment[]): void {
    const { pattern, start } = block;
    const recursive = pattern.filter((segment) => segment.kind === "recursive").length;
    if (recursive > 1) this.issues.error(start, "A match path may have one recursive wildcard at most.");
    const last = pattern.at(-1)?.kind === "recursive";
    if (this.file.version === "1" && recursive > 0 && (!last || block.matches.length > 0)) {
      this.issues.error(start, "In version 1 a recursive wildcard must be the last segment of a match path.");
    }
    if (path.length > MAX_PATH_SEGMENTS) {
      this.issues.error(start, `A match path may have ${MAX_PATH_SEGMENTS} segments at most.`);
    }
    if (path.filter((segment) => segment.kind !== "literal").length > MAX_CAPTURES) {
      this.issues.error(start, `A match path may have ${MAX_CAPTURES} wildcards at most.`);
    }
  }

  private checkFunctions(functions: readonly FunctionDeclaration[], scope: CheckScope): void {
    for (const declaration of functions) {
      this.graph.declare(declaration);
      this.checkFunction(declaration, scope);
    }
  }

  private checkFunction(declaration: FunctionDeclaration, outer: CheckScope): void {
    const { parameters, lets, result, start, name } = declaration;
    if (parameters.length > MAX_PARAMETERS) {
      this.issues.error(start, `Function '${name}' has more than ${MAX_PARAMETERS} parameters.`);
    }
    if (lets.length > MAX_LETS) {
      const description = `Maximum allowed variable count of ${MAX_LETS} for a given function has been reached.`;
      this.issues.error(start, description);
    }
    const checker = this.expressionChecker(declaration);
    const scope = new CheckScope(outer, [], parameters);
    for (const variable of lets) {
      checker.check(variable.value, scope);
      scope.declare(variable.name);
    }
    checker.check(result, scope);
  }

  private expressionChecker(caller: FunctionDeclaration | undefined): ExpressionChecker {
    return new ExpressionChecker(this.issues, (called) => this.graph.record(caller, called));
  }
}
