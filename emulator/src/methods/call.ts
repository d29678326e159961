import type { OpenDatabase } from "../state/open-database.ts";
import type { Transaction } from "../transactions/transactions.ts";
import type { Caller } from "../caller.ts";

/** One request in progress: its method, its database and its caller. */
export interface Call {
  readonly method: string;
  readonly open: OpenDatabase;
  readonly caller: Caller;
  /** The transaction this request began; its client learns the id only from the response. */
  begun: Transaction | undefined;
}

/** Ends the transaction the request began when no response reaches the client, so that it does not keep its locks. */
export function abandon({ open, begun }: Call): void {
  if (begun) open.transactions.end(begun);
}
