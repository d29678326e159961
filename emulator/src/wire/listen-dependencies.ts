import type { ListenDependencies } from "../listeners/listen-session.ts";
import { authorizeTarget } from "../methods/authorize.ts";
import type { Call } from "../methods/call.ts";
import { charge } from "../methods/charges.ts";

/** The dependencies of a listen session for the call it serves. */
export function listenDependencies(call: Call): ListenDependencies {
  const { database, queries } = call.open;
  return {
    database,
    queryEngine: queries,
    authorize: call.caller.kind === "admin" ? undefined : authorizeTarget(call),
    meter: { read: (count) => charge(call, { reads: count }) },
  };
}
