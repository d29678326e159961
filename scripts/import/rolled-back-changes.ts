import type { Firestore } from "firebase-admin/firestore";
import {
  ManagementStore,
  ManagementTransaction,
  type ManagementCommand,
} from "../../functions/src/management/management-store.ts";
import type { ChangeOutcome } from "../../functions/src/platform/errors.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { Retention } from "../../functions/src/platform/firestore/retention.ts";
import type { Scope } from "../../functions/src/platform/scope.ts";

class RolledBack extends Error {
  constructor(readonly outcome: unknown) {
    super("rolled back");
  }
}

/** Decides every change as the management API does, and makes none: for dry runs. */
export class RolledBackChanges extends ManagementStore {
  constructor(
    private readonly firestore: Firestore,
    private readonly kept: Retention,
  ) {
    super(firestore, kept);
  }

  override async change<T>(
    command: ManagementCommand,
    body: (tx: ManagementTransaction) => Promise<ChangeOutcome<T>>,
    { cost, now }: Scope,
  ): Promise<ChangeOutcome<T>> {
    const paths = shopPaths(this.firestore, command.shopId);
    try {
      return await this.firestore.runTransaction(async (tx) => {
        const attempt = { command, retention: this.kept, cost, now };
        throw new RolledBack(await body(new ManagementTransaction(tx, paths, attempt)));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome as ChangeOutcome<T>;
      throw error;
    }
  }
}
