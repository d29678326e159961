import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { ListenTarget } from "../listeners/target.ts";
import { parseQuery } from "../queries/parse.ts";
import type { Query } from "../queries/query.ts";
import { decideGets, decideQuery, decideWrites } from "../rules/index.ts";
import type { DocumentToRead, RulesContext, RulesDecision } from "../rules/index.ts";
import type { CommitVersion } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { CommitOptions } from "../writes/commit.ts";
import type { Call } from "./call.ts";
import { StatusError } from "../status.ts";

/** Checks requests against the security rules. Servers with full access, and projects without rules, may do anything. */

/** @throws StatusError PERMISSION_DENIED for anyone but a server with full access */
export function requireAdmin(call: Call, message: string): void {
  if (call.caller.kind !== "admin") throw new StatusError("PERMISSION_DENIED", message);
}

/** @throws StatusError PERMISSION_DENIED unless the rules allow a `get` of each of the documents */
export function authorizeGets(call: Call, view: ReadView, documents: readonly DocumentToRead[]): void {
  const context = rulesContext(call);
  if (context) enforce(decideGets(context, view, documents));
}

/** @throws StatusError PERMISSION_DENIED unless the rules allow a `list` of the documents the query selects */
export function authorizeQuery(call: Call, view: ReadView, query: Query): void {
  const context = rulesContext(call);
  if (context) enforce(decideQuery(context, view, query));
}

/**
 * Checks a listing as the query that selects the same documents.
 * @throws StatusError PERMISSION_DENIED unless the rules allow it
 */
export function authorizeListing(
  call: Call,
  view: ReadView,
  request: { readonly parent: string; readonly collectionId: string; readonly pageSize: number },
): void {
  const context = rulesContext(call);
  if (!context) return;
  const { parent, collectionId, pageSize } = request;
  const structured: google.firestore.v1.IStructuredQuery = {
    from: [{ collectionId }],
    ...(pageSize > 0 ? { limit: { value: pageSize } } : {}),
  };
  enforce(decideQuery(context, view, parseQuery(parent, structured)));
}

/** The check of a listen target: throws PERMISSION_DENIED unless the rules allow reading it now. */
export function authorizeTarget(call: Call): (target: ListenTarget) => void {
  const { database } = call.open;
  return (target) => {
    const view = database.latest();
    if (target.kind === "query") return authorizeQuery(call, view, target.query);
    const documents = target.paths.map((path) => ({ path, document: view.get(path) }));
    authorizeGets(call, view, documents);
  };
}

/** The check a commit runs after planning and before applying; undefined when no rules apply. */
export function authorizeWrites(call: Call): CommitOptions["authorize"] {
  if (!rulesContext(call)) return undefined;
  return (plan, view, requestTime) => {
    const context = rulesContext(call, requestTime);
    if (context) enforce(decideWrites(context, view, plan));
  };
}

function rulesContext({ open, caller }: Call, time?: CommitVersion): RulesContext | undefined {
  const { database, project } = open;
  if (caller.kind === "admin" || !project.ruleset) return undefined;
  return {
    ruleset: project.ruleset,
    database: database.name,
    auth: caller.auth,
    time: time ?? BigInt(Date.now()) * 1_000n,
  };
}

function enforce(decision: RulesDecision): void {
  if (!decision.allowed) throw new StatusError("PERMISSION_DENIED", decision.message);
}
