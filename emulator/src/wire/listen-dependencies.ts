import type { Call } from "./call.ts";
import { charge } from "./call.ts";

/** What a listen session needs to know of the call it serves. */
export function listenDependencies(call: Call) {
  const { database, queries } = call.open;
  return {
    database,
    queryEngine: queries,
    meter: { read: (count: number) => charge(call, { reads: count }) },
  };
}
