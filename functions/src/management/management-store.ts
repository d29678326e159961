import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
  Transaction,
} from "firebase-admin/firestore";
import { appendToAudit, type Actor, type AuditEntry } from "../audit/trail.ts";
import { invalidate } from "../availability/day/epoch-protocol.ts";
import { NOTHING, type Invalidation } from "../catalog/invalidation.ts";
import type { Millis } from "../engine/units.ts";
import type { ChangeOutcome } from "../platform/errors.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import type { Retention } from "../platform/firestore/retention.ts";
import { isAlreadyExists } from "../platform/firestore/retry.ts";
import { lookUp, refuseGivenUp, runUntilSettled } from "../platform/firestore/settle.ts";
import type { Cost, Scope } from "../platform/scope.ts";

/** How long a contended change is retried before it is refused. */
const DEADLINE_MS = 10_000;

const HOW_TO_REPEAT = "Read the resource to see whether it has changed, or repeat the request.";

/** One request to change something of a shop: what stays the same in every attempt. */
export interface ManagementCommand {
  readonly shopId: string;
  /** The id of the audit line: the change is committed once, however often it is attempted. */
  readonly requestId: string;
  readonly actor: Actor;
}

/** The audit line of a change; who, when and which request are known. */
export type ManagementEntry = Pick<AuditEntry, "action" | "details"> &
  Partial<Pick<AuditEntry, "booking_id" | "reason">>;

/** An audit line and its id. */
export interface ManagementLine {
  readonly id: string;
  readonly entry: ManagementEntry;
}

/** Runs the changes of the management API, each in one transaction with its invalidation and its audit line. */
export class ManagementStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  /**
   * Repeats `body` until it is committed or the deadline has passed. It reads, decides and writes; a refusal, a warning
   * and a value without a call of `record` write nothing. If the answer of a commit is lost, the audit lines tell
   * whether it was made.
   */
  async change<T>(
    command: ManagementCommand,
    body: (tx: ManagementTransaction) => Promise<ChangeOutcome<T>>,
    { cost, now }: Scope,
  ): Promise<ChangeOutcome<T>> {
    const paths = shopPaths(this.db, command.shopId);
    let sent:
      { readonly outcome: ChangeOutcome<T>; readonly lines: readonly DocumentReference[] } | undefined;
    const attempt = (beforeCommit: () => void) =>
      this.db.runTransaction(
        async (tx) => {
          const changes = new ManagementTransaction(tx, paths, {
            command,
            retention: this.retention,
            cost,
            now,
          });
          if (sent && (await changes.read(...sent.lines)).every(isThere)) return sent.outcome;
          const outcome = await body(changes);
          if (changes.lines.length === 0) return outcome;
          changes.billWrites();
          sent = { outcome, lines: changes.lines };
          beforeCommit();
          return outcome;
        },
        { maxAttempts: 1 },
      );
    const wasCommitted = async () => {
      if (!sent) return false;
      cost.reads += sent.lines.length;
      return (await this.db.getAll(...sent.lines)).every(isThere);
    };
    try {
      const settled = await runUntilSettled(attempt, DEADLINE_MS);
      if (settled.kind === "answered") return settled.value;
      if (settled.uncertainty !== "none") {
        const committed = await lookUp(wasCommitted, HOW_TO_REPEAT);
        if (!committed.ok) return committed;
        if (committed.value && sent) return sent.outcome;
      }
      return refuseGivenUp(settled.uncertainty, HOW_TO_REPEAT);
    } catch (error) {
      if (isAlreadyExists(error) && sent && (await wasCommitted())) return sent.outcome;
      throw error;
    }
  }
}

const isThere = (snapshot: DocumentSnapshot) => snapshot.exists;

interface Attempt {
  readonly command: ManagementCommand;
  readonly retention: Retention;
  readonly cost: Cost;
  readonly now: Millis;
}

/** The steps of a change. All reads come before the first write. */
export class ManagementTransaction {
  #writes = 0;
  readonly #lines: DocumentReference[] = [];

  constructor(
    private readonly tx: Transaction,
    readonly paths: ReturnType<typeof shopPaths>,
    private readonly attempt: Attempt,
  ) {}

  /** The time of the request. */
  get now(): Millis {
    return this.attempt.now;
  }

  /** The audit lines that are written: where they exist, the change was committed. */
  get lines(): readonly DocumentReference[] {
    return this.#lines;
  }

  /** Reads documents in one round trip: one billed read each. */
  async read(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> {
    this.attempt.cost.reads += refs.length;
    return this.tx.getAll(...refs);
  }

  async query(query: Query): Promise<readonly DocumentSnapshot[]> {
    const found = await this.tx.get(query);
    this.attempt.cost.reads += Math.max(1, found.size);
    return found.docs;
  }

  /** Creates a document. A document with that id must have been found missing in this transaction. */
  create(ref: DocumentReference, data: object): void {
    this.tx.create(ref, data);
    this.#writes += 1;
  }

  /** Replaces a document. */
  set(ref: DocumentReference, data: object): void {
    this.tx.set(ref, data);
    this.#writes += 1;
  }

  /** Replaces the fields that `data` names. */
  update(ref: DocumentReference, data: object): void {
    this.tx.update(ref, data);
    this.#writes += 1;
  }

  delete(ref: DocumentReference): void {
    this.tx.delete(ref);
    this.#writes += 1;
  }

  /** Writes the audit line of the change, and the invalidation of what it makes stale. Once for each change. */
  record(entry: ManagementEntry, invalidation: Invalidation = NOTHING): void {
    this.recordAll([{ id: this.attempt.command.requestId, entry }], invalidation);
  }

  /** As `record`, for several changes in one commit. The id of a line belongs to the change that it tells of. */
  recordAll(lines: readonly ManagementLine[], invalidation: Invalidation): void {
    const { command, retention, now } = this.attempt;
    const entries = this.paths.audit;
    for (const { id, entry } of lines) {
      const line = { booking_id: null, ...entry, actor: command.actor, at: now };
      appendToAudit(this.tx, { entries, retention }, line, id);
      this.#lines.push(entries.doc(id));
    }
    this.#writes += lines.length + invalidate(this.tx, this.paths, invalidation);
  }

  /** Adds the writes to the request's bill. */
  billWrites(): void {
    this.attempt.cost.writes += this.#writes;
  }
}
