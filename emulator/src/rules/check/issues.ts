import type { Position, RulesIssue } from "../language/issue.ts";

/** Collects issues, each once per position. */
export class IssueList {
  private readonly found = new Map<string, RulesIssue>();

  constructor(private readonly fileName: string | undefined) {}

  error(position: Position, description: string): void {
    this.add("ERROR", position, description);
  }

  warning(position: Position, description: string): void {
    this.add("WARNING", position, description);
  }

  /** In the order of the source. */
  all(): RulesIssue[] {
    return [...this.found.values()].sort(
      ({ sourcePosition: a }, { sourcePosition: b }) => a.line - b.line || a.column - b.column,
    );
  }

  private add(severity: RulesIssue["severity"], { line, column }: Position, description: string): void {
    const key = `${line}:${column}:${description}`;
    const fileName = this.fileName === undefined ? {} : { fileName: this.fileName };
    this.found.set(key, { severity, description, sourcePosition: { ...fileName, line, column } });
  }
}
