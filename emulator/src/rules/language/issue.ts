/** A position in the rules source; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An issue in the format of the `:securityRules` endpoint. An ERROR refuses the ruleset. */
export interface RulesIssue {
  readonly severity: "ERROR" | "WARNING";
  readonly description: string;
  readonly sourcePosition: { readonly fileName?: string; readonly line: number; readonly column: number };
}

/** Thrown by the lexer and the parser at the first syntax error; `compileRules` catches it. */
export class SyntaxIssue extends Error {
  constructor(
    readonly position: Position,
    message: string,
  ) {
    super(message);
  }
}

/** One line per issue: file, line, column and description. */
export function issuesText(issues: readonly RulesIssue[]): string {
  return issues
    .map(({ sourcePosition: { fileName = "rules", line, column }, description }) => {
      return `${fileName}:${line}:${column} ${description}`;
    })
    .join("\n");
}
