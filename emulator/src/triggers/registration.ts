import { invalidArgument } from "../status.ts";
import type { DocumentPath } from "../values/document.ts";
import type { DocumentChange } from "../storage/commit-record.ts";
import { pathPattern } from "./path-pattern.ts";

export type Operation = "created" | "updated" | "deleted" | "written";

/** A function registered for document events by the functions emulator. */
export interface Trigger {
  readonly key: string;
  readonly generation: 1 | 2;
  /** The event type as registered; events are sent with it. */
  readonly eventType: string;
  readonly operation: Operation;
  readonly withAuthContext: boolean;
  /** `(default)` unless the registration names another. */
  readonly databaseId: string;
  readonly matches: (path: DocumentPath) => boolean;
}

const V2_TYPE =
  /^google\.cloud\.firestore\.document\.v1\.(created|updated|deleted|written)(\.withAuthContext)?$/;
const V1_TYPE = /^providers\/cloud\.firestore\/eventTypes\/document\.(create|update|delete|write)$/;
const V1_OPERATIONS: Record<string, Operation> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  write: "written",
};
const V1_RESOURCE = /^projects\/[^/]+\/databases\/([^/]+)\/documents\/(.+)$/;

/**
 * Parses the registration of a second-generation trigger: `{eventType, database, namespace, document: {value, matchType}}`.
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseV2Registration(key: string, body: unknown): Trigger {
  const { eventType, database, document } = (body ?? {}) as {
    eventType?: unknown;
    database?: unknown;
    document?: { value?: unknown; matchType?: unknown };
  };
  const type = V2_TYPE.exec(String(eventType));
  if (!type) throw invalidArgument(`Unknown event type "${String(eventType)}".`);
  if (typeof document?.value !== "string") throw invalidArgument("document.value must be a path.");
  const { value } = document;
  const isExact = document.matchType === "EXACT";
  return {
    key,
    generation: 2,
    eventType: type[0],
    operation: type[1] as Operation,
    withAuthContext: type[2] !== undefined,
    databaseId: typeof database === "string" ? database : "(default)",
    matches: isExact ? (path) => path === value.replace(/^\/+|\/+$/g, "") : pathPattern(value),
  };
}

/**
 * Parses the registration of a first-generation trigger: `{eventTrigger: {eventType, resource}}`.
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseV1Registration(key: string, body: unknown): Trigger {
  const { eventType, resource } = ((body as { eventTrigger?: unknown })?.eventTrigger ?? {}) as {
    eventType?: unknown;
    resource?: unknown;
  };
  const type = V1_TYPE.exec(String(eventType));
  if (!type) throw invalidArgument(`Unknown event type "${String(eventType)}".`);
  const target = V1_RESOURCE.exec(String(resource));
  if (!target) throw invalidArgument(`Unknown resource "${String(resource)}".`);
  return {
    key,
    generation: 1,
    eventType: type[0],
    operation: V1_OPERATIONS[type[1]!]!,
    withAuthContext: false,
    databaseId: target[1]!,
    matches: pathPattern(target[2]!),
  };
}

/** Whether the change is an event of the trigger. */
export function isTriggeredBy(trigger: Trigger, databaseId: string, change: DocumentChange): boolean {
  if (trigger.databaseId !== databaseId || !trigger.matches(change.path)) return false;
  return trigger.operation === "written" || trigger.operation === operationOf(change);
}

function operationOf({ before, after }: DocumentChange): Operation {
  if (!before) return "created";
  return after ? "updated" : "deleted";
}
