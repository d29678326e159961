import type { FunctionDeclaration } from "../language/ast.ts";

/** The names visible at one position of the source. */
export class CheckScope {
  private readonly variables: Set<string>;

  constructor(
    private readonly parent: CheckScope | undefined,
    private readonly functions: readonly FunctionDeclaration[],
    variables: readonly string[],
  ) {
    this.variables = new Set(variables);
  }

  declare(name: string): void {
    this.variables.add(name);
  }

  hasVariable(name: string): boolean {
    return this.variables.has(name) || (this.parent?.hasVariable(name) ?? false);
  }

  function(name: string): FunctionDeclaration | undefined {
    return this.functions.find((declared) => declared.name === name) ?? this.parent?.function(name);
  }
}
