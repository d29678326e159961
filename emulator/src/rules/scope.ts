import type { FunctionDeclaration } from "./language/ast.ts";
import type { RulesValue } from "./values/values.ts";

/** The value of a variable, or the error of its expression, which is thrown when the variable is read. */
export type Binding = { readonly value: RulesValue } | { readonly error: Error };

/** The names visible to an expression: those of its block or function, then those of the enclosing blocks. */
export class Scope {
  private readonly bindings = new Map<string, Binding>();

  constructor(
    private readonly parent: Scope | undefined,
    private readonly functions: readonly FunctionDeclaration[] = [],
    values: ReadonlyMap<string, RulesValue> = new Map(),
  ) {
    for (const [name, value] of values) this.bindings.set(name, { value });
  }

  bind(name: string, binding: Binding): void {
    this.bindings.set(name, binding);
  }

  variable(name: string): Binding | undefined {
    return this.bindings.get(name) ?? this.parent?.variable(name);
  }

  /** The function of that name and the scope in which its body is evaluated. */
  function(name: string): { readonly declaration: FunctionDeclaration; readonly scope: Scope } | undefined {
    const declaration = this.functions.find((candidate) => candidate.name === name);
    return declaration ? { declaration, scope: this } : this.parent?.function(name);
  }
}
