import type { QueryEngine } from "../queries/engine.ts";
import type { Project } from "./project.ts";
import type { Database } from "../storage/database.ts";
import type { Transactions } from "../transactions/transactions.ts";

/** A database with its transactions, its query engine and its project. */
export interface OpenDatabase {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly queries: QueryEngine;
  readonly project: Project;
}
