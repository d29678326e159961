import { Agent, request as httpRequest } from "node:http";
import type { CommitRecord } from "../storage/commit-record.ts";
import { parseDatabaseName } from "../values/resource-name.ts";
import type { Caller } from "../caller.ts";
import { eventRequest } from "./event.ts";
import type { EventRequest, Occurrence } from "./event.ts";
import { isTriggeredBy } from "./registration.ts";
import type { Trigger } from "./registration.ts";

/** The address of the functions emulator. */
export interface TriggerTarget {
  readonly host: string;
  readonly port: number;
}

/** A function that hangs must not block later events of its document forever. */
const DELIVERY_TIMEOUT_MILLIS = 60_000;
const MAX_CONNECTIONS = 32;

/**
 * The document triggers of one project. Events are sent after their commit, which does not wait for them. The events
 * of one document reach a trigger in commit order, each after the response to the previous one. Nothing is retried.
 */
export class Triggers {
  readonly #projectId: string;
  readonly #target: TriggerTarget | undefined;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  readonly #triggers = new Map<string, Trigger>();
  readonly #queues = new Map<string, Promise<void>>();

  constructor(projectId: string, target: TriggerTarget | undefined) {
    this.#projectId = projectId;
    this.#target = target;
  }

  /** While true, commits cause no events. */
  paused = false;

  /** Whether a commit can cause an event. */
  get isActive(): boolean {
    return !this.paused && this.#target !== undefined && this.#triggers.size > 0;
  }

  /** Adds a trigger, or replaces the one with the same key. */
  register(trigger: Trigger): void {
    this.#triggers.set(trigger.key, trigger);
  }

  unregister(key: string): boolean {
    return this.#triggers.delete(key);
  }

  /** Queues the events of a commit and returns at once. */
  dispatch(databaseName: string, record: CommitRecord, caller: Caller): void {
    const { databaseId } = parseDatabaseName(databaseName);
    for (const change of record.changes) {
      for (const trigger of this.#triggers.values()) {
        if (!isTriggeredBy(trigger, databaseId, change)) continue;
        this.#enqueue(trigger, {
          projectId: this.#projectId,
          databaseId,
          version: record.version,
          change,
          caller,
        });
      }
    }
  }

  /** Resolves when every event so far has been answered. */
  async settled(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
  }

  close(): void {
    this.#triggers.clear();
    this.#agent.destroy();
  }

  #enqueue(trigger: Trigger, occurrence: Occurrence): void {
    const queue = `${trigger.key}\n${occurrence.databaseId}\n${occurrence.change.path}`;
    const before = this.#queues.get(queue) ?? Promise.resolve();
    const delivered = before.then(() => this.#deliver(trigger, occurrence));
    this.#queues.set(queue, delivered);
    void delivered.then(() => {
      if (this.#queues.get(queue) === delivered) this.#queues.delete(queue);
    });
  }

  async #deliver(trigger: Trigger, occurrence: Occurrence): Promise<void> {
    try {
      const status = await this.#post(trigger.key, eventRequest(trigger, occurrence));
      if (status >= 400) throw new Error(`answered ${status}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { path } = occurrence.change;
      process.stderr.write(`Trigger ${trigger.key} failed for the event of ${path}: ${reason}\n`);
    }
  }

  #post(key: string, { headers, body }: EventRequest): Promise<number> {
    const { host, port } = this.#target!;
    return new Promise((resolve, reject) => {
      const post = httpRequest(
        {
          host,
          port,
          agent: this.#agent,
          method: "POST",
          path: `/functions/projects/${this.#projectId}/triggers/${encodeURIComponent(key)}`,
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
          timeout: DELIVERY_TIMEOUT_MILLIS,
        },
        (response) => {
          response.resume();
          response.once("end", () => resolve(response.statusCode ?? 0));
          response.once("error", reject);
        },
      );
      post.once("timeout", () => post.destroy(new Error("no answer in time")));
      post.once("error", reject);
      post.end(body);
    });
  }
}
