import type { OpenDatabase } from "../state/open-database.ts";
import type { Transaction } from "../transactions/transactions.ts";
import type { Caller } from "../caller.ts";

/** One request being served: where it goes and who sent it. */
export interface Call {
  readonly method: string;
  readonly open: OpenDatabase;
  readonly caller: Caller;
  /** The transaction this request began; without an answer its client knows nothing of it. */
  begun: Transaction | undefined;
}

/** Ends what the request began when its answer does not reach the client, or its locks would outlive everyone. */
export function abandon({ open, begun }: Call): void {
  if (begun) open.transactions.end(begun);
}
