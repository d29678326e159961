import type { Database } from "../storage/database.ts";
import type { CommitVersion } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { CommitRecord } from "../storage/commit-record.ts";
import type { Transaction, Transactions } from "../transactions/transactions.ts";
import type { Value } from "../values/value.ts";
import { StatusError, invalidArgument } from "../status.ts";
import { checkKnownSizes } from "./document-size.ts";
import { planWrites } from "./plan-writes.ts";
import type { WriteOutcome, WritePlan } from "./plan-writes.ts";
import type { Write } from "./write.ts";

/** The database a commit goes to, and the transactions whose locks it waits for. */
export interface CommitTarget {
  readonly database: Database;
  readonly transactions: Transactions;
}

export interface CommitOptions {
  readonly transaction?: Transaction | undefined;
  /** Throws if the caller may not make these writes; gets the plan and the state before the commit. */
  readonly authorize?: ((plan: WritePlan, view: ReadView, requestTime: CommitVersion) => void) | undefined;
  /** Called after the commit is applied, in commit order. */
  readonly onApplied?: ((record: CommitRecord) => void) | undefined;
}

export interface Committed {
  readonly commitTime: CommitVersion;
  readonly outcomes: readonly WriteOutcome[];
}

/**
 * Applies validated writes atomically, after waiting for the locks of other transactions. This ends the transaction,
 * even when the commit fails, unless a write was invalid.
 * @throws StatusError why the writes were not applied
 */
export async function commitWrites(
  target: CommitTarget,
  writes: readonly Write[],
  options: CommitOptions = {},
): Promise<Committed> {
  const { transaction } = options;
  if (transaction?.snapshot !== undefined && writes.length > 0) {
    throw invalidArgument("Cannot modify entities in a read-only transaction.");
  }
  // Before waiting for locks: no other commit can make these writes valid.
  checkKnownSizes(target.database.name, writes);
  const requestMillis = Date.now();
  const paths = writes.map((write) => write.path);
  try {
    const committed = await target.transactions.write(transaction, paths, () => {
      const result = applyNow(target, writes, requestMillis, options);
      // In the same turn, so that the writers waiting for these locks are applied in commit order.
      if (transaction) target.transactions.end(transaction);
      return result;
    });
    return committed;
  } catch (error) {
    const stillValid = error instanceof StatusError && error.status === "INVALID_ARGUMENT";
    if (transaction && !stillValid) target.transactions.end(transaction);
    throw error;
  }
}

function applyNow(
  { database }: CommitTarget,
  writes: readonly Write[],
  requestMillis: number,
  { authorize, onApplied }: CommitOptions,
): Committed {
  const version = database.nextVersion();
  const view = database.latest();
  const plan = planWrites(
    { databaseName: database.name, view, version, requestTime: serverTime(requestMillis) },
    writes,
  );
  authorize?.(plan, view, BigInt(requestMillis) * 1_000n);
  for (const { refusal } of plan.outcomes) if (refusal) throw refusal;
  const record = database.apply(version, plan.changes);
  if (record.changes.length > 0) onApplied?.(record);
  return { commitTime: version, outcomes: plan.outcomes };
}

/** Server timestamps have millisecond precision. */
function serverTime(millis: number): Value {
  return {
    kind: "timestamp",
    seconds: BigInt(Math.floor(millis / 1_000)),
    nanos: (millis % 1_000) * 1_000_000,
  };
}
