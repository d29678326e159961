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
  /** Refuses, by throwing, what its caller may not write; sees the state before and after the whole commit. */
  readonly authorize?: ((plan: WritePlan, view: ReadView, requestTime: CommitVersion) => void) | undefined;
  /** Told of a commit that was applied, in commit order. */
  readonly onApplied?: ((record: CommitRecord) => void) | undefined;
}

export interface Committed {
  readonly commitTime: CommitVersion;
  readonly outcomes: readonly WriteOutcome[];
}

/**
 * Applies validated writes as one: all or none, after waiting for other transactions' locks. A transaction that
 * commits is over, whether it succeeded or not, unless the writes themselves were invalid.
 * @throws StatusError what kept the writes from being applied
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
  // Before any lock: nothing that is waited for can make these writes valid.
  checkKnownSizes(target.database.name, writes);
  const requestMillis = Date.now();
  const paths = writes.map((write) => write.path);
  try {
    const committed = await target.transactions.write(transaction, paths, () => {
      const result = applyNow(target, writes, requestMillis, options);
      // Within the same turn, so that whoever waits for these locks goes on in commit order.
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
