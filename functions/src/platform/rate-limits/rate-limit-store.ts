import { createHash } from "node:crypto";
import type { ClientRateLimitInfo, Options, Store } from "express-rate-limit";
import { FieldValue, Timestamp, type Firestore } from "firebase-admin/firestore";
import { MINUTE_MS } from "../../engine/units.ts";
import type { Clock } from "../scope.ts";

/** How long a counter is kept after its window, until the TTL policy deletes it. */
const KEPT_MS = 60 * MINUTE_MS;

/**
 * Counts requests in Firestore, so that a limit applies over all instances. One document for each client and fixed
 * window; the client is stored as a hash, because addresses are personal data.
 */
export class FirestoreRateLimitStore implements Store {
  readonly localKeys = false;
  #windowMs = MINUTE_MS;

  constructor(
    private readonly db: Firestore,
    private readonly clock: Clock,
  ) {}

  init({ windowMs }: Options): void {
    this.#windowMs = windowMs;
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const { ref, endsAt, resetTime } = this.#counter(key);
    const totalHits = await this.db.runTransaction(async (tx) => {
      const hits = Number((await tx.get(ref)).get("hits") ?? 0) + 1;
      tx.set(ref, { hits, expires_at: Timestamp.fromMillis(endsAt + KEPT_MS) });
      return hits;
    });
    return { totalHits, resetTime };
  }

  async decrement(key: string): Promise<void> {
    await this.#counter(key).ref.set({ hits: FieldValue.increment(-1) }, { merge: true });
  }

  async resetKey(key: string): Promise<void> {
    await this.#counter(key).ref.delete();
  }

  #counter(key: string) {
    const now = this.clock.now();
    const window = Math.floor(now / this.#windowMs);
    const client = createHash("sha256").update(key).digest("base64url").slice(0, 22);
    return {
      ref: this.db.doc(`rate_limits/${client}_${window}`),
      endsAt: (window + 1) * this.#windowMs,
      // express-rate-limit computes Retry-After from the system's clock.
      resetTime: new Date(Date.now() + (window + 1) * this.#windowMs - now),
    };
  }
}
