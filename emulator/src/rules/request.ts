import type { RequestAuth } from "../caller.ts";
import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";
import type { AccessBudget } from "./access-budget.ts";
import type { RulesMethod } from "./language/ast.ts";
import type { ListQuery } from "./query/list-query.ts";

/** Reads documents for `get` and `exists`; the `After` forms see the writes of the request's batch applied. */
export interface DocumentReader {
  get(path: DocumentPath): StoredDocument | undefined;
  getAfter(path: DocumentPath): StoredDocument | undefined;
}

export interface RulesRequest {
  readonly method: RulesMethod;
  /** The document, relative to the database; for `list` the query says what is asked. */
  readonly path: DocumentPath;
  /** The id of the database or its full name. */
  readonly database: string;
  readonly auth: RequestAuth | null;
  readonly time: CommitVersion;
  /** The stored document; null if there is none. */
  readonly resource: StoredDocument | null;
  /** The document after the write; null for delete. */
  readonly requestResource: StoredDocument | null;
  /** Required for `list`. */
  readonly query?: ListQuery | undefined;
  readonly reader: DocumentReader;
  /** Shared by the operations of one batch, transaction or multi-document read. */
  readonly budget?: AccessBudget | undefined;
}

export interface RulesDecision {
  readonly allowed: boolean;
  /** The reason of each denying statement, beginning with a line break as in production; empty when allowed. */
  readonly message: string;
}
