import type { Principal } from "../platform/auth/principal.ts";
import type { Actor } from "./trail.ts";

/** The caller of a request as the audit names them. */
export function actorOf(principal: Principal | undefined): Actor {
  return principal ? { kind: principal.role, uid: principal.uid } : { kind: "guest", uid: null };
}
