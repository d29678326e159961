import { isAccessFunction } from "../namespaces/access-functions.ts";
import type { Expression, FunctionDeclaration } from "../language/ast.ts";
import { GLOBAL_FUNCTIONS, NAMESPACES } from "../namespaces/namespaces.ts";
import { translatePattern } from "../regex/translate.ts";
import { TYPE_TEST_NAMES } from "../values/type-name.ts";
import { METHOD_NAMES } from "../types/methods.ts";
import type { CheckScope } from "./check-scope.ts";
import type { IssueList } from "./issues.ts";

const PATTERN_METHODS = new Set(["matches", "replace", "split"]);

/** Checks names, arities, types and patterns of one expression; reports each declared function it calls. */
export class ExpressionChecker {
  constructor(
    private readonly issues: IssueList,
    private readonly onCall: (called: FunctionDeclaration) => void,
  ) {}

  check(node: Expression, scope: CheckScope): void {
    if (node.kind === "variable" && !scope.hasVariable(node.name)) {
      this.issues.warning(node.start, `Invalid variable name: ${node.name}.`);
    }
    if (node.kind === "call") this.checkCall(node, scope);
    if (node.kind === "method") this.checkMethod(node, scope);
    if (node.kind === "is") this.checkType(node);
    for (const child of childrenOf(node)) {
      const isNamespace =
        node.kind === "method" && child === node.target && namespaceOf(child, scope) !== undefined;
      if (!isNamespace) this.check(child, scope);
    }
  }

  private checkCall(node: Extract<Expression, { kind: "call" }>, scope: CheckScope): void {
    const declared = scope.function(node.name);
    if (declared) this.onCall(declared);
    const arity = declared?.parameters.length ?? builtInArity(node.name);
    if (arity === undefined) this.issues.warning(node.start, `Invalid function name: ${node.name}.`);
    else this.checkArity(node, arity);
  }

  private checkMethod(node: Extract<Expression, { kind: "method" }>, scope: CheckScope): void {
    const namespace = namespaceOf(node.target, scope);
    if (namespace) {
      const callable = Object.hasOwn(namespace, node.name) ? namespace[node.name] : undefined;
      if (callable) this.checkArity(node, callable.parameters.length);
      else this.issues.warning(node.start, `Invalid function name: ${node.name}.`);
      return;
    }
    if (!METHOD_NAMES.has(node.name)) this.issues.warning(node.start, `Invalid function name: ${node.name}.`);
    const pattern = node.args[0];
    if (!PATTERN_METHODS.has(node.name) || pattern?.kind !== "literal" || typeof pattern.value !== "string")
      return;
    const translated = translatePattern(pattern.value);
    if (!translated.ok)
      this.issues.error(pattern.start, `Invalid regular expression pattern: ${translated.reason}.`);
  }

  private checkArity(node: Extract<Expression, { kind: "call" | "method" }>, expected: number): void {
    if (node.args.length === expected) return;
    const description = `Incorrect number of arguments for '${node.name}': expected ${expected}, received ${node.args.length}.`;
    this.issues.error(node.start, description);
  }

  private checkType(node: Extract<Expression, { kind: "is" }>): void {
    if (TYPE_TEST_NAMES.has(node.type)) return;
    const known = [...TYPE_TEST_NAMES].join(", ");
    this.issues.error(node.start, `Invalid type. Received [${node.type}]. Expected one of [${known}].`);
  }
}

function builtInArity(name: string): number | undefined {
  if (isAccessFunction(name)) return 1;
  return Object.hasOwn(GLOBAL_FUNCTIONS, name) ? GLOBAL_FUNCTIONS[name]?.parameters.length : undefined;
}

function namespaceOf(target: Expression, scope: CheckScope) {
  return target.kind === "variable" && !scope.hasVariable(target.name)
    ? NAMESPACES.get(target.name)
    : undefined;
}

function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "variable":
      return [];
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "path":
      return node.segments.flatMap((segment) => (segment.kind === "expression" ? [segment.expression] : []));
    case "member":
      return [node.target];
    case "index":
      return [node.target, node.index];
    case "slice":
      return [node.target, node.from, node.to];
    case "call":
      return node.args;
    case "method":
      return [node.target, ...node.args];
    case "unary":
    case "is":
      return [node.operand];
    case "binary":
    case "logical":
      return [node.left, node.right];
    case "conditional":
      return [node.condition, node.whenTrue, node.whenFalse];
  }
}
