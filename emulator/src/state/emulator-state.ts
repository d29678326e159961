import type { OpenDatabase } from "./open-database.ts";
import { Project } from "./project.ts";
import { QueryEngine } from "../queries/engine.ts";
import type { IndexDefinitions } from "../queries/index-definitions.ts";
import type { Ruleset } from "../rules/index.ts";
import { Database } from "../storage/database.ts";
import type { DatabaseOptions } from "../storage/database.ts";
import { Transactions } from "../transactions/transactions.ts";
import type { TransactionLimits } from "../transactions/transactions.ts";
import type { TriggerTarget } from "../triggers/triggers.ts";
import { parseDatabaseName } from "../values/resource-name.ts";

export interface StateOptions {
  /** Undefined: no query needs an index definition. */
  readonly indexes: IndexDefinitions | undefined;
  /** The initial rules of every project; undefined allows everything. */
  readonly ruleset: Ruleset | undefined;
  readonly limits: TransactionLimits;
  readonly triggerTarget: TriggerTarget | undefined;
  readonly storage?: DatabaseOptions;
}

/** The projects and databases of the emulator, created on first use. */
export class EmulatorState {
  readonly #options: StateOptions;
  readonly #projects = new Map<string, Project>();
  readonly #databases = new Map<string, OpenDatabase>();

  constructor(options: StateOptions) {
    this.#options = options;
  }

  project(id: string): Project {
    let project = this.#projects.get(id);
    if (!project)
      this.#projects.set(id, (project = new Project(id, this.#options.triggerTarget, this.#options.ruleset)));
    return project;
  }

  /**
   * @param name `projects/P/databases/D`
   * @throws StatusError INVALID_ARGUMENT for a malformed name
   */
  open(name: string): OpenDatabase {
    const known = this.#databases.get(name);
    if (known) return known;
    const { projectId } = parseDatabaseName(name);
    const database = new Database(name, this.#options.storage);
    const open = {
      database,
      transactions: new Transactions(database, this.#options.limits),
      queries: new QueryEngine(database, this.#options.indexes),
      project: this.project(projectId),
    };
    this.#databases.set(name, open);
    return open;
  }

  databases(): Iterable<OpenDatabase> {
    return this.#databases.values();
  }

  close(): void {
    for (const { transactions } of this.#databases.values()) transactions.close();
    for (const project of this.#projects.values()) project.triggers.close();
  }
}
