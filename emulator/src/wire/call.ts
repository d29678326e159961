import type { Charges } from "../admin/meter.ts";
import type { OpenDatabase } from "../open-database.ts";
import type { Caller } from "./caller.ts";

/** One request being served: where it goes and who sent it. */
export interface Call {
  readonly method: string;
  readonly open: OpenDatabase;
  readonly caller: Caller;
}

/** Puts what a request cost on its project's meter. */
export function charge(call: Call, charges: Charges): void {
  call.open.project.meter.charge(call.method, charges);
}
