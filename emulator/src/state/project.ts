import { Meter } from "./meter.ts";
import type { FaultPlan } from "../faults/fault-plan.ts";
import type { Ruleset } from "../rules/index.ts";
import type { CommitRecord } from "../storage/commit-record.ts";
import { Triggers } from "../triggers/triggers.ts";
import type { TriggerTarget } from "../triggers/triggers.ts";
import type { Caller } from "../caller.ts";

/** The state of a project that its databases share. */
export class Project {
  readonly id: string;
  readonly meter = new Meter();
  readonly triggers: Triggers;
  /** Undefined: everything is allowed. */
  ruleset: Ruleset | undefined;
  /** Undefined: nothing is injected. */
  faults: FaultPlan | undefined;

  constructor(id: string, target: TriggerTarget | undefined, ruleset: Ruleset | undefined) {
    this.id = id;
    this.ruleset = ruleset;
    this.triggers = new Triggers(id, target);
  }

  /** A function to call with each commit of `caller` to `databaseName`; undefined when no trigger is registered. */
  onApplied(databaseName: string, caller: Caller): ((record: CommitRecord) => void) | undefined {
    if (!this.triggers.isActive) return undefined;
    return (record) => this.triggers.dispatch(databaseName, record, caller);
  }
}
