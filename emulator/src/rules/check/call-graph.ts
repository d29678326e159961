import type { FunctionDeclaration } from "../language/ast.ts";
import type { IssueList } from "./issues.ts";

/** The maximum number of functions on one call stack. */
const MAX_CALL_DEPTH = 20;

/** The calls between declared functions; reports recursion and stacks that are too deep. */
export class CallGraph {
  private readonly calls = new Map<FunctionDeclaration, Set<FunctionDeclaration>>();
  private readonly called = new Set<FunctionDeclaration>();

  declare(declaration: FunctionDeclaration): void {
    this.calls.set(declaration, new Set());
  }

  /** `caller` is undefined for a call from a condition. */
  record(caller: FunctionDeclaration | undefined, called: FunctionDeclaration): void {
    this.called.add(called);
    if (caller) this.calls.get(caller)?.add(called);
  }

  report(issues: IssueList): void {
    for (const declaration of this.calls.keys()) {
      if (!this.called.has(declaration))
        issues.warning(declaration.start, `Unused function: ${declaration.name}.`);
      const cycle = this.cycleFrom(declaration);
      if (cycle) issues.error(declaration.start, `Recursive call is not allowed: [${cycle.join("->")}].`);
    }
    if (issues.all().some((issue) => issue.description.startsWith("Recursive call"))) return;
    this.reportDepth(issues);
  }

  /** Reports each stack that is too deep once, at the function that no other function calls. */
  private reportDepth(issues: IssueList): void {
    const depths = new Map<FunctionDeclaration, readonly string[]>();
    const callees = new Set([...this.calls.values()].flatMap((called) => [...called]));
    for (const declaration of this.calls.keys()) {
      const stack = this.deepest(declaration, depths);
      if (stack.length <= MAX_CALL_DEPTH || callees.has(declaration)) continue;
      const shown = stack.slice(0, MAX_CALL_DEPTH + 1).join("->");
      const description = `Maximum allowed call depth of ${MAX_CALL_DEPTH} is reached for [${shown}] call stack.`;
      issues.error(declaration.start, description);
    }
  }

  private cycleFrom(start: FunctionDeclaration): string[] | undefined {
    const visited = new Set<FunctionDeclaration>();
    const search = (node: FunctionDeclaration, stack: string[]): string[] | undefined => {
      for (const next of this.calls.get(node) ?? []) {
        if (next === start) return [...stack, next.name];
        if (visited.has(next)) continue;
        visited.add(next);
        const found = search(next, [...stack, next.name]);
        if (found) return found;
      }
      return undefined;
    };
    return search(start, [start.name]);
  }

  /** The names on the deepest stack that begins with this function. Requires a graph without cycles. */
  private deepest(
    declaration: FunctionDeclaration,
    known: Map<FunctionDeclaration, readonly string[]>,
  ): readonly string[] {
    const done = known.get(declaration);
    if (done) return done;
    let below: readonly string[] = [];
    for (const called of this.calls.get(declaration) ?? []) {
      const stack = this.deepest(called, known);
      if (stack.length > below.length) below = stack;
    }
    const stack = [declaration.name, ...below];
    known.set(declaration, stack);
    return stack;
  }
}
