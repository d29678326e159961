import { DocumentAccess } from "./document-access.ts";
import { EvaluationError, LimitError, unsupported } from "./values/evaluation-error.ts";
import { Evaluator } from "./evaluate.ts";
import { listGlobals, requestGlobals } from "./globals.ts";
import type { AllowStatement, MatchBlock, RulesFile } from "./language/ast.ts";
import { matchPattern } from "./pattern.ts";
import { queryCases } from "./query/cases.ts";
import { documentSubject, querySubject } from "./query/subject.ts";
import type { SubjectSegment } from "./query/subject.ts";
import { Unknown } from "./values/values.ts";
import type { RulesDecision, RulesRequest } from "./request.ts";
import { Scope } from "./scope.ts";
import { typeName } from "./values/type-name.ts";

type Verdict = { readonly allowed: boolean; readonly reasons: readonly Reason[] };

/** The reason why one statement did not allow; `detail` is set if it could not be evaluated. */
interface Reason {
  readonly summary: string;
  readonly detail?: string;
}

const ALLOWED: RulesDecision = { allowed: true, message: "" };

/** Compiled rules of the service `cloud.firestore`; without this service every request is denied. */
export class Ruleset {
  private readonly minimumRun: 0 | 1;

  constructor(private readonly file: RulesFile) {
    this.minimumRun = file.version === "2" ? 0 : 1;
  }

  /** Decides one operation. A `list` must be allowed for every disjunct of its query's filter. */
  evaluate(request: RulesRequest): RulesDecision {
    const databaseId = request.database.slice(request.database.lastIndexOf("/") + 1);
    const access = new DocumentAccess(request.reader, databaseId, request.budget);
    if (request.method !== "list") {
      const scope = new Scope(undefined, this.file.functions, requestGlobals(request, databaseId));
      return decision(this.decide(request, documentSubject(databaseId, request.path), scope, access));
    }
    const { query } = request;
    if (!query) throw new TypeError("A list request needs its query.");
    for (const queryCase of queryCases(query)) {
      const scope = new Scope(
        undefined,
        this.file.functions,
        listGlobals(request, query, queryCase, databaseId),
      );
      const verdict = this.decide(request, querySubject(databaseId, query, queryCase.name), scope, access);
      if (!verdict.allowed) return decision(verdict);
    }
    return ALLOWED;
  }

  private decide(
    request: RulesRequest,
    subject: readonly SubjectSegment[],
    globals: Scope,
    access: DocumentAccess,
  ): Verdict {
    const evaluator = new Evaluator(access);
    const reasons: Reason[] = [];
    for (const { statement, scope } of this.statementsFor(subject, globals)) {
      if (!statement.methods.has(request.method)) continue;
      try {
        const reason = evaluateStatement(statement, scope, evaluator, request.method);
        if (!reason) return { allowed: true, reasons: [] };
        reasons.push(reason);
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        return { allowed: false, reasons: [failure(statement, request.method, error.message)] };
      }
    }
    return { allowed: false, reasons };
  }

  private *statementsFor(subject: readonly SubjectSegment[], globals: Scope): Generator<ScopedStatement> {
    for (const service of this.file.services) {
      if (service.name !== "cloud.firestore") continue;
      const scope = new Scope(globals, service.functions);
      for (const block of service.matches) yield* this.statementsOf(block, subject, 0, scope);
    }
  }

  /** The statements of a block whose pattern matches the rest of the path, and of its nested blocks. */
  private *statementsOf(
    block: MatchBlock,
    subject: readonly SubjectSegment[],
    from: number,
    outer: Scope,
  ): Generator<ScopedStatement> {
    for (const { bindings, end } of matchPattern(block.pattern, subject, from, this.minimumRun)) {
      const scope = new Scope(outer, block.functions, bindings);
      if (end === subject.length) for (const statement of block.allows) yield { statement, scope };
      for (const nested of block.matches) yield* this.statementsOf(nested, subject, end, scope);
    }
  }
}

interface ScopedStatement {
  readonly statement: AllowStatement;
  readonly scope: Scope;
}

/** The reason why the statement does not allow; undefined if it does. Throws `LimitError`. */
function evaluateStatement(
  statement: AllowStatement,
  scope: Scope,
  evaluator: Evaluator,
  method: string,
): Reason | undefined {
  if (!statement.condition) return undefined;
  try {
    const value = evaluator.evaluate(statement.condition, scope);
    if (value === true) return undefined;
    if (value === false) return { summary: `false for '${method}' @ L${statement.condition.start.line}` };
    if (value instanceof Unknown) {
      return failure(
        statement,
        method,
        "The query's constraints do not imply this condition: rules are not filters.",
      );
    }
    throw unsupported(typeName(value), "bool");
  } catch (error) {
    if (error instanceof EvaluationError) return failure(statement, method, error.message);
    throw error;
  }
}

function failure(statement: AllowStatement, method: string, detail: string): Reason {
  const { line, column } = statement.condition?.start ?? statement.start;
  const where = `for '${method}' @ L${line}`;
  return { summary: `evaluation error at L${line}:${column} ${where}`, detail: `${detail} ${where}` };
}

/** The decision with its message: a summary of each statement, then the details of the failed ones. */
function decision(verdict: Verdict): RulesDecision {
  if (verdict.allowed) return ALLOWED;
  if (verdict.reasons.length === 0) return { allowed: false, message: "\nNo matching allow statements" };
  const details = verdict.reasons.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return {
    allowed: false,
    message: `\n${[...verdict.reasons.map(({ summary }) => summary), ...details].join(", ")}`,
  };
}
