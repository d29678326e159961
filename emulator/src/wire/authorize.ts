import type { DocumentPath, ReadView, StoredDocument } from "../storage/document.ts";
import type { Query } from "../queries/query.ts";
import type { WritePlan } from "../writes/plan-writes.ts";
import type { Call } from "./call.ts";
import type { Message } from "./methods/request.ts";
import { StatusError } from "./status.ts";

/** @throws StatusError PERMISSION_DENIED for anyone but a server with full access */
export function requireAdmin(call: Call, message: string): void {
  if (call.caller.kind !== "admin") throw new StatusError("PERMISSION_DENIED", message);
}

export function authorizeGet(
  _call: Call,
  _view: ReadView,
  _path: DocumentPath,
  _document: StoredDocument | undefined,
): void {}

export function authorizeQuery(_call: Call, _view: ReadView, _query: Query): void {}

export function authorizeListing(
  _call: Call,
  _view: ReadView,
  _parent: DocumentPath,
  _request: Message<"ListDocumentsRequest">,
): void {}

export function authorizeWrites(_call: Call): ((plan: WritePlan) => void) | undefined {
  return undefined;
}
