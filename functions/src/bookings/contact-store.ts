import { Timestamp, type DocumentSnapshot, type Firestore, type Transaction } from "firebase-admin/firestore";
import { z } from "zod";
import { BoundedMap } from "../engine/bounded-map.ts";
import { millis, type Millis } from "../engine/units.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { millisField } from "../platform/firestore/timestamps.ts";
import type { KeyedHash } from "../platform/keyed-hash.ts";
import type { Cost } from "../platform/scope.ts";
import { decideClaim, mayBeFull, type ClaimedBookings, type ContactClaim } from "./contact-claims.ts";
import { contactsOf, type Contacts } from "./contacts.ts";

const DEADLINE_MS = 2_000;
const MAX_REFUSALS_REMEMBERED = 10_000;

/** `shops/{shop}/contacts/{key}`: when a place was claimed for each booking. */
const contactSchema = z.object({ bookings: z.record(z.string(), millisField) });
const confirmedSchema = z.object({ status: z.literal("confirmed"), start: millisField });

/** A booking of a guest, and the keys of its contacts. */
export interface ContactedBooking {
  readonly shopId: string;
  readonly keys: readonly string[];
  readonly bookingId: string;
}

/**
 * Claims of guests' contacts on upcoming bookings: one document for each contact, which no client can read. Its id is an
 * HMAC of the contact, so the document is found from the contact and tells nothing about it.
 */
export class ContactStore {
  /** Bookings whose claims need not wait: they were refused, and a write for each would cost more than it is worth. */
  readonly #refused = new BoundedMap<string, true>(MAX_REFUSALS_REMEMBERED);

  constructor(
    private readonly db: Firestore,
    private readonly hash: KeyedHash,
    private readonly retention: Pick<Retention, "auditDays">,
  ) {}

  /** The keys of an e-mail address and a phone number, sorted; none when the customer gives neither. */
  keysOf(customer: Contacts): readonly string[] {
    return contactsOf(customer)
      .map((contact) => this.hash.short("contact", contact))
      .sort();
  }

  /**
   * Claims a place for the booking with each of its contacts. Returns null, or the time at which one of them has room
   * again. Costs a read and a write for each contact, and a read for each booking of one that may be full.
   */
  claim(booking: ContactedBooking, now: Millis, cost: Cost): Promise<Millis | null> {
    this.#refused.delete(booking.bookingId);
    // The SDK would wait a second and more before it repeats a transaction.
    const attempt = () =>
      this.db.runTransaction((tx) => this.#claimIn(tx, booking, now, cost), { maxAttempts: 1 });
    return retryTransient(attempt, { deadlineMs: DEADLINE_MS });
  }

  /** Lets the claim of a booking that was refused no longer count in this instance. */
  release(bookingId: string): void {
    this.#refused.set(bookingId, true);
  }

  async #claimIn(
    tx: Transaction,
    { shopId, keys, bookingId }: ContactedBooking,
    now: Millis,
    cost: Cost,
  ): Promise<Millis | null> {
    const paths = shopPaths(this.db, shopId);
    cost.reads += keys.length;
    const contacts = (await tx.getAll(...keys.map((key) => paths.contact(key)))).map((snapshot) => ({
      ref: snapshot.ref,
      claims: claimsIn(snapshot),
    }));
    const unclaimed = contacts.filter(({ claims }) => !claims.some((claim) => claim.bookingId === bookingId));
    const full = unclaimed.filter(({ claims }) => mayBeFull(claims));
    const bookingIds = new Set(full.flatMap(({ claims }) => claims.map((claim) => claim.bookingId)));
    const bookings = await this.#bookings(tx, { shopId, bookingIds: [...bookingIds] }, cost);
    const claim: ContactClaim = { bookingId, claimedAt: now };
    const decided = unclaimed.map(({ ref, claims }) => ({
      ref,
      decision: decideClaim(claim, claims, bookings),
    }));
    const refusals = decided.flatMap(({ decision }) => (decision.allowed ? [] : [decision.freeAt]));
    if (refusals.length > 0) return millis(Math.max(...refusals));
    for (const { ref, decision } of decided) {
      if (!decision.allowed) continue;
      tx.set(ref, { bookings: fieldsOf(decision.claims), ...deletion(now, this.retention.auditDays) });
    }
    cost.writes += decided.length;
    return null;
  }

  async #bookings(
    tx: Transaction,
    { shopId, bookingIds }: { readonly shopId: string; readonly bookingIds: readonly string[] },
    cost: Cost,
  ): Promise<ClaimedBookings> {
    if (bookingIds.length === 0) return new Map();
    cost.reads += bookingIds.length;
    const paths = shopPaths(this.db, shopId);
    const snapshots = await tx.getAll(...bookingIds.map((id) => paths.booking(id)));
    return new Map(
      snapshots.flatMap((snapshot) => {
        if (!snapshot.exists && !this.#refused.has(snapshot.id)) return [];
        const read = confirmedSchema.safeParse(snapshot.data());
        return [[snapshot.id, read.success ? read.data.start : null] as const];
      }),
    );
  }
}

/** The claims in a contact's document; none when it is missing or corrupt. */
function claimsIn(snapshot: DocumentSnapshot): readonly ContactClaim[] {
  const read = contactSchema.safeParse(snapshot.data());
  if (!read.success) return [];
  return Object.entries(read.data.bookings).map(([bookingId, claimedAt]) => ({ bookingId, claimedAt }));
}

function fieldsOf(claims: readonly ContactClaim[]) {
  return Object.fromEntries(
    claims.map(({ bookingId, claimedAt }) => [bookingId, Timestamp.fromMillis(claimedAt)]),
  );
}
