import { WHOLE_CATALOG } from "../../functions/src/catalog/invalidation.ts";
import { mechanicSchema, serviceSchema } from "../../functions/src/catalog/schema.ts";
import { done } from "../../functions/src/platform/errors.ts";
import { Cost } from "../../functions/src/platform/scope.ts";
import { commandOf, type ImportRun } from "./import-run.ts";
import { succeeded } from "./succeeded.ts";

/** Creates the mechanics and services that the lines so far name and the shop lacks, and reports them. */
export async function createMissing(run: ImportRun): Promise<void> {
  const { mechanics, services } = run.ids.takeMissing();
  for (const id of mechanics) {
    await create(run, { kind: "mechanic", id, data: mechanicSchema.parse({ name: id, active: true }) });
  }
  for (const [id, durations] of services) {
    const durations_minutes = [...durations].sort((a, b) => a - b);
    await create(run, { kind: "service", id, data: serviceSchema.parse({ name: id, durations_minutes }) });
  }
  run.report.create(mechanics, [...services.keys()]);
}

interface Missing {
  readonly kind: "mechanic" | "service";
  readonly id: string;
  readonly data: object;
}

async function create(run: ImportRun, { kind, id, data }: Missing): Promise<void> {
  const scope = { now: run.now(), cost: new Cost() };
  const outcome = await run.management.change(
    commandOf(run),
    async (tx) => {
      const ref = tx.paths[kind](id);
      const [found] = await tx.read(ref);
      if (found?.exists) return done(null);
      tx.create(ref, data);
      const details = { [`${kind}_id`]: id, before: null, after: data };
      tx.record({ action: `${kind}_created`, details }, WHOLE_CATALOG);
      return done(null);
    },
    scope,
  );
  succeeded(outcome, `${kind} ${id}`);
}
