import type { Principal } from "../platform/auth/principal.ts";
import { refuse, type Refusal } from "../platform/errors.ts";
import { identityFromKey, type CreationIdentity } from "./request-identity.ts";

/** A request to create something that may have an id of the caller's choice. */
export interface CreationRequest {
  readonly shopId: string;
  readonly kind: string;
  readonly principal: Principal;
  readonly body: { readonly id?: string | undefined };
  /** The Idempotency-Key; null without one. */
  readonly key: string | null;
}

/** The ids of a creation, and what may be found under them. */
export interface CreationIds extends CreationIdentity {
  /** Whether the caller chose the id. */
  readonly isNamed: boolean;
  /** Whether an equal request has the same ids. */
  readonly isRepeatable: boolean;
}

/** Returns the ids of a creation: the caller's, else those of the Idempotency-Key, else new ones. */
export function creationIds(request: CreationRequest, newId: () => string): CreationIds {
  const { key, body } = request;
  const isNamed = body.id !== undefined;
  const unkeyed = () => ({ resourceId: newId(), requestId: newId() });
  const { resourceId, requestId } = key === null ? unkeyed() : identityFromKey(key, request);
  return { resourceId: body.id ?? resourceId, requestId, isNamed, isRepeatable: key !== null };
}

/** A resource as the API shows it. */
export interface Created {
  readonly shown: object;
  /** An equal request created it before. */
  readonly replayed: boolean;
}

/** What the transaction found: the resource, and the audit line of an equal request. */
export interface FoundForCreation {
  readonly exists: boolean;
  readonly wasRequested: boolean;
}

export type CreationDecision = "create" | "replay" | { readonly ok: false; readonly refusal: Refusal };

/** Decides whether to create the resource, or to answer with the one that an equal request created. */
export function decideCreation(
  { exists, wasRequested }: FoundForCreation,
  { isNamed }: Pick<CreationIds, "isNamed">,
): CreationDecision {
  if (wasRequested && exists) return "replay";
  if (wasRequested) {
    return refuse("idempotency_key_reused", "What this request created has been deleted since.");
  }
  if (!exists) return "create";
  if (!isNamed) return refuse("idempotency_key_reused");
  return refuse("already_exists", undefined, { fields: [{ path: "id", message: "In use already." }] });
}
