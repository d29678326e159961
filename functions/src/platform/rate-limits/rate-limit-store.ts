import {
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from "firebase-admin/firestore";
import { z } from "zod";
import * as logger from "firebase-functions/logger";
import { BoundedMap } from "../../engine/bounded-map.ts";
import { MINUTE_MS } from "../../engine/units.ts";
import { isContention, retryTransient } from "../firestore/retry.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import type { Clock, Cost } from "../scope.ts";
import {
  countRequest,
  higherCounts,
  LIMITS,
  type LimitDecision,
  type LimitName,
  type WindowCount,
} from "./limits.ts";

/** How long a counter is kept after its last window, until the TTL policy deletes it. */
const KEPT_MS = 60 * MINUTE_MS;
/** How long a request waits to be counted before it is let through. */
const DEADLINE_MS = 3_000;
/** How long a client's requests are not counted in Firestore after that. */
const PAUSE_MS = 5_000;
const MAX_CLIENTS_REMEMBERED = 10_000;

const counterSchema = z.object({
  windows: z.array(z.object({ ends_at: z.number(), requests: z.number() })),
});

export type LimitAnswer =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };

/**
 * Counts requests in Firestore, so that a limit applies over all instances: one document for each limit and client, with
 * the count of every window. The client's address or uid is stored as an HMAC.
 *
 * If Firestore does not count within the deadline the request is let through, since what follows would fail as well;
 * each instance still applies the limit to the requests it has seen itself. The same memory refuses clients over the
 * limit without a read. Requests of one client are counted one after the other, so that they do not contend.
 */
export class RateLimitStore {
  readonly #seen = new BoundedMap<string, readonly WindowCount[]>(MAX_CLIENTS_REMEMBERED);
  /** When Firestore is asked again about a client, on the clock of `performance.now()`. */
  readonly #pausedUntil = new BoundedMap<string, number>(MAX_CLIENTS_REMEMBERED);
  readonly #queue = new KeyedQueue();

  constructor(
    private readonly db: Firestore,
    private readonly clock: Clock,
    private readonly hash: KeyedHash,
  ) {}

  async count(name: LimitName, client: string, cost: Cost): Promise<LimitAnswer> {
    const { windows } = LIMITS[name];
    const id = this.#idOf(name, client);
    const seen = countRequest(windows, this.#seen.get(id) ?? [], this.clock.now());
    if (!seen.allowed) return seen;
    this.#seen.set(id, seen.counts);
    const shared = await this.#queue.run(id, () => this.#countInFirestore(id, name, cost));
    if (!shared) return { allowed: true };
    this.#seen.set(id, higherCounts(shared.counts, this.#seen.get(id) ?? []));
    return shared;
  }

  /** Deletes the counter of a client. */
  async forget(name: LimitName, client: string): Promise<void> {
    await this.#counter(this.#idOf(name, client)).delete();
  }

  #idOf(name: LimitName, client: string): string {
    return `${name}_${this.hash.short("limit", name, client)}`;
  }

  #counter(id: string): DocumentReference {
    return this.db.doc(`rate_limits/${id}`);
  }

  /** Undefined when Firestore fails or takes too long; refused when too many instances count the client at once. */
  async #countInFirestore(id: string, name: LimitName, cost: Cost): Promise<LimitDecision | undefined> {
    if ((this.#pausedUntil.get(id) ?? 0) > performance.now()) return undefined;
    try {
      return await retryTransient(() => this.#transact(id, name, cost), { deadlineMs: DEADLINE_MS });
    } catch (error) {
      if (isContention(error)) {
        return { allowed: false, counts: this.#seen.get(id) ?? [], retryAfterSeconds: 1 };
      }
      this.#pausedUntil.set(id, performance.now() + PAUSE_MS);
      logger.warn("a request was not counted towards its limit", { limit: name, cause: String(error) });
      return undefined;
    }
  }

  #transact(id: string, name: LimitName, cost: Cost): Promise<LimitDecision> {
    const ref = this.#counter(id);
    const count = async (tx: Transaction): Promise<LimitDecision> => {
      cost.reads += 1;
      const counted = countRequest(LIMITS[name].windows, countsIn(await tx.get(ref)), this.clock.now());
      if (!counted.allowed) return counted;
      cost.writes += 1;
      const lastEnd = Math.max(...counted.counts.map(({ endsAt }) => endsAt));
      tx.set(ref, {
        windows: counted.counts.map(({ endsAt, requests }) => ({ ends_at: endsAt, requests })),
        expires_at: Timestamp.fromMillis(lastEnd + KEPT_MS),
      });
      return counted;
    };
    // The SDK would wait a second and more before it repeats a transaction.
    return this.db.runTransaction(count, { maxAttempts: 1 });
  }
}

/** The counts of a counter's document; none when it is missing or corrupt. */
function countsIn(snapshot: DocumentSnapshot): readonly WindowCount[] {
  const read = counterSchema.safeParse(snapshot.data());
  return read.success
    ? read.data.windows.map(({ ends_at, requests }) => ({ endsAt: ends_at, requests }))
    : [];
}
