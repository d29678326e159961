import type { RequestAuth } from "../caller.ts";
import type { Query } from "../queries/query.ts";
import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { WriteOutcome, WritePlan } from "../writes/plan-writes.ts";
import { AccessBudget } from "./access-budget.ts";
import type { DocumentReader, RulesDecision, RulesRequest } from "./request.ts";
import type { Ruleset } from "./ruleset.ts";

/** The rules, database, caller and time of a request. */
export interface RulesContext {
  readonly ruleset: Ruleset;
  /** `projects/P/databases/D` */
  readonly database: string;
  readonly auth: RequestAuth | null;
  /** The value of `request.time`; for writes also the value of server timestamps, so that rules can compare the two. */
  readonly time: CommitVersion;
}

/** A document to read: its path and its current version. */
export interface DocumentToRead {
  readonly path: DocumentPath;
  readonly document: StoredDocument | undefined;
}

/** Whether the caller may `get` each of these documents. */
export function decideGets(
  context: RulesContext,
  view: ReadView,
  targets: readonly DocumentToRead[],
): RulesDecision {
  const budget = sharedBudget(targets.length);
  return firstDenial(context.ruleset, targets, ({ path, document }) => ({
    ...operation(context, path, readerOf(view, new Map())),
    method: "get",
    resource: document ?? null,
    budget,
  }));
}

/** Whether the caller may run this query, decided from the query alone. */
export function decideQuery(context: RulesContext, view: ReadView, query: Query): RulesDecision {
  const request = operation(context, query.parent, readerOf(view, new Map()));
  return context.ruleset.evaluate({ ...request, method: "list", query });
}

/** Whether the caller may make every write of a plan. `view` is the state before it. A `verify` counts as a `get`. */
export function decideWrites(context: RulesContext, view: ReadView, plan: WritePlan): RulesDecision {
  const after = new Map(plan.changes.map((change) => [change.path, change.after]));
  const reader = readerOf(view, after);
  const budget = sharedBudget(plan.outcomes.length);
  return firstDenial(context.ruleset, plan.outcomes, (outcome) => ({
    ...operation(context, outcome.write.path, reader),
    method: methodOf(outcome),
    resource: outcome.before ?? null,
    requestResource: outcome.write.kind === "update" ? (outcome.after ?? null) : null,
    budget,
  }));
}

function methodOf({ write, before }: WriteOutcome): RulesRequest["method"] {
  if (write.kind === "delete") return "delete";
  if (write.kind === "verify") return "get";
  return before ? "update" : "create";
}

function operation(context: RulesContext, path: DocumentPath, reader: DocumentReader): RulesRequest {
  const { database, auth, time } = context;
  return { method: "get", path, database, auth, time, resource: null, requestResource: null, reader };
}

function readerOf(
  view: ReadView,
  after: ReadonlyMap<DocumentPath, StoredDocument | undefined>,
): DocumentReader {
  return {
    get: (path) => view.get(path),
    getAfter: (path) => (after.has(path) ? after.get(path) : view.get(path)),
  };
}

/** The budget of several operations together; a single operation has only its own limit. */
function sharedBudget(operations: number): AccessBudget | undefined {
  return operations > 1 ? new AccessBudget() : undefined;
}

function firstDenial<T>(
  ruleset: Ruleset,
  operations: readonly T[],
  requestOf: (operation: T) => RulesRequest,
): RulesDecision {
  for (const one of operations) {
    const decision = ruleset.evaluate(requestOf(one));
    if (!decision.allowed) return decision;
  }
  return { allowed: true, message: "" };
}
