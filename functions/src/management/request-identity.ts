import type { Principal } from "../platform/auth/principal.ts";
import { derivedId } from "../platform/derived-id.ts";

/** A creation's ids: of the resource, and of the request, under which the audit has the creation's line. */
export interface CreationIdentity {
  readonly resourceId: string;
  readonly requestId: string;
}

interface Creation {
  readonly shopId: string;
  readonly kind: string;
  readonly principal: Principal;
  readonly body: unknown;
}

/** The ids that an Idempotency-Key gives: the same key finds the same resource, and an equal request the same line. */
export function identityFromKey(key: string, { shopId, kind, principal, body }: Creation): CreationIdentity {
  const resourceId = derivedId("creation", shopId, kind, principal.uid, key);
  return { resourceId, requestId: derivedId("request", resourceId, body) };
}
