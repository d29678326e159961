import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { OpenDatabase } from "../state/open-database.ts";
import type { CommitVersion } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { Transaction, TransactionMode } from "../transactions/transactions.ts";
import type { LockScope } from "../transactions/lock-scope.ts";
import { timestampToVersion } from "../values/wire.ts";
import type { Call } from "./call.ts";
import { StatusError, invalidArgument } from "../status.ts";

type ITransactionOptions = google.firestore.v1.ITransactionOptions;

/** The part of a read request that selects the state to read. */
export interface ConsistencySelector {
  readonly transaction?: Uint8Array | string | null;
  readonly newTransaction?: ITransactionOptions | null;
  readonly readTime?: google.protobuf.ITimestamp | null;
}

/** The state a read uses. */
export interface ReadScope {
  readonly view: ReadView;
  readonly readTime: CommitVersion;
  /** The id of the transaction the read began, for the first response. */
  readonly begun: Buffer | undefined;
}

/**
 * Selects the state a read uses. Begins a transaction if the request asks for one, and locks `scope` if the read
 * belongs to a read-write transaction.
 * @throws StatusError INVALID_ARGUMENT, FAILED_PRECONDITION or ABORTED
 */
export async function openReadScope(
  call: Call,
  selector: ConsistencySelector,
  scope: LockScope,
): Promise<ReadScope> {
  const { open } = call;
  const { database, transactions } = open;
  if (selector.readTime) {
    const readTime = checkedReadTime(open, selector.readTime);
    return { view: database.viewAt(readTime), readTime, begun: undefined };
  }
  const transaction = transactionOf(call, selector);
  if (!transaction) return { view: database.latest(), readTime: database.readTime(), begun: undefined };
  await transactions.lockForRead(transaction, scope);
  return {
    view: transactions.viewOf(transaction),
    readTime: transaction.snapshot ?? database.readTime(),
    begun: selector.newTransaction ? transaction.id : undefined,
  };
}

/** Parses the mode of a new transaction; read-write by default. */
export function parseTransactionOptions(
  open: OpenDatabase,
  options: ITransactionOptions | null | undefined,
): TransactionMode {
  if (options?.readOnly) {
    const { readTime } = options.readOnly;
    return readTime ? { kind: "readOnly", readTime: checkedReadTime(open, readTime) } : { kind: "readOnly" };
  }
  const retryOf = options?.readWrite?.retryTransaction as Uint8Array | undefined;
  return retryOf?.length ? { kind: "readWrite", retryOf } : { kind: "readWrite" };
}

function transactionOf(call: Call, selector: ConsistencySelector): Transaction | undefined {
  const { open } = call;
  if (selector.newTransaction) {
    call.begun = open.transactions.begin(parseTransactionOptions(open, selector.newTransaction));
    return call.begun;
  }
  const id = selector.transaction as Uint8Array | null | undefined;
  return id?.length ? open.transactions.get(id) : undefined;
}

function checkedReadTime({ database }: OpenDatabase, timestamp: google.protobuf.ITimestamp): CommitVersion {
  const readTime = timestampToVersion(timestamp);
  if (readTime > database.readTime()) {
    throw invalidArgument("The requested 'read_time' cannot be in the future.");
  }
  if (readTime < database.oldestReadableVersion) {
    throw new StatusError("FAILED_PRECONDITION", "The requested 'read_time' is too old.");
  }
  return readTime;
}
