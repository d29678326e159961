import type { Firestore, Query } from "firebase-admin/firestore";
import { millis, type Millis } from "../engine/units.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { timestampOfMillis } from "../platform/firestore/timestamps.ts";
import type { KeyedHash } from "../platform/keyed-hash.ts";
import type { Cost } from "../platform/scope.ts";
import { contactsOf, type Contacts } from "./contacts.ts";

const READ_DEADLINE_MS = 2_000;

/** The upcoming bookings of guests by contact. Bookings name contacts by HMACs, their `contact_keys`. */
export class ContactStore {
  constructor(
    private readonly db: Firestore,
    private readonly hash: KeyedHash,
  ) {}

  /** The keys of an e-mail address and a phone number, sorted; none when the customer gives neither. */
  keysOf(customer: Contacts): readonly string[] {
    return contactsOf(customer)
      .map((contact) => this.hash.short("contact", contact))
      .sort();
  }

  /** How many confirmed bookings of the contact have not begun, counted up to `atMost`. Costs one read. */
  async countUpcoming(asked: UpcomingQuery, atMost: number, cost: Cost): Promise<number> {
    cost.reads += 1;
    const query = this.#upcoming(asked).limit(atMost).count();
    return (await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS })).data().count;
  }

  /** The start of the contact's next booking; null when there is none. */
  async nextStart(asked: UpcomingQuery, cost: Cost): Promise<Millis | null> {
    cost.reads += 1;
    const query = this.#upcoming(asked).limit(1).select("start");
    const [next] = (await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS })).docs;
    const start = next?.get("start") as { toMillis(): number } | undefined;
    return start ? millis(start.toMillis()) : null;
  }

  #upcoming({ shopId, contactKey, now }: UpcomingQuery): Query {
    return shopPaths(this.db, shopId)
      .bookings.where("contact_keys", "array-contains", contactKey)
      .where("status", "==", "confirmed")
      .where("start", ">", timestampOfMillis(now))
      .orderBy("start");
  }
}

export interface UpcomingQuery {
  readonly shopId: string;
  readonly contactKey: string;
  readonly now: Millis;
}
