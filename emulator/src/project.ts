import { Meter } from "./admin/meter.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import type { CommitRecord } from "./storage/document.ts";
import { Triggers } from "./triggers/triggers.ts";
import type { TriggerTarget } from "./triggers/triggers.ts";
import type { Caller } from "./wire/caller.ts";

/** What belongs to a project rather than to one of its databases. */
export class Project {
  readonly id: string;
  readonly meter = new Meter();
  readonly triggers: Triggers;
  /** Undefined: nothing is injected. */
  faults: FaultPlan | undefined;

  constructor(id: string, target: TriggerTarget | undefined) {
    this.id = id;
    this.triggers = new Triggers(id, target);
  }

  /** What to call with each commit to `databaseName` by `caller`; undefined when nobody waits for events. */
  onApplied(databaseName: string, caller: Caller): ((record: CommitRecord) => void) | undefined {
    if (!this.triggers.isActive) return undefined;
    return (record) => this.triggers.dispatch(databaseName, record, caller);
  }
}
