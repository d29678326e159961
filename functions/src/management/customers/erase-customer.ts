import type { Actor } from "../../audit/trail.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { MINUTE_MS } from "../../engine/units.ts";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import type { KeyedHash } from "../../platform/keyed-hash.ts";
import type { RateLimitStore } from "../../platform/rate-limits/rate-limit-store.ts";
import type { Scope } from "../../platform/scope.ts";
import type { ManagementStore } from "../management-store.ts";
import { startOfScan, type CustomerStore, type ScanPosition } from "./customer-store.ts";
import { eraseDocument, warnOfUpcoming, type StepDependencies } from "./erase-document.ts";
import {
  erasureProgressSchema,
  type ErasedCounts,
  type Erasure,
  type ErasureProgressStore,
} from "./erasure-progress-store.ts";
import type { Subject } from "./subject.ts";

/** An older position is not used: bookings may have been made before it since. */
const RESUMED_WITHIN_MS = 10 * MINUTE_MS;
/** Upcoming appointments that a warning lists. */
const MAX_LISTED = 100;

export interface EraseDependencies extends StepDependencies {
  readonly customers: CustomerStore;
  readonly erasureProgress: ErasureProgressStore;
  readonly management: ManagementStore;
  readonly catalog: CatalogReader;
  readonly rateLimitStore: RateLimitStore;
  readonly addressHash: KeyedHash;
  readonly level1: Level1;
  readonly newId: () => string;
}

export interface EraseCommand {
  readonly shopId: string;
  readonly subject: Subject;
  readonly actor: Actor;
  /** Whether upcoming appointments are cancelled. */
  readonly confirm: boolean;
  /** How long the request may take; what remains is left to its repetition. */
  readonly budgetMs: number;
}

export interface Erased {
  readonly erased: ErasedCounts;
  /** False: time ran out, and the request must be repeated. */
  readonly isComplete: boolean;
}

/** The keyed hash under which the audit names a customer. */
export function subjectHashOf(hash: KeyedHash, shopId: string, { key }: Subject): string {
  return hash.short("customer", shopId, key);
}

/**
 * Erases a customer from a shop: bookings become anonymous, notifications and mails are deleted. Warns of upcoming
 * appointments unless they may be cancelled. May be interrupted anywhere and repeated.
 */
export async function eraseCustomer(
  dependencies: EraseDependencies,
  command: EraseCommand,
  scope: Scope,
): Promise<ChangeOutcome<Erased>> {
  const giveUpAt = performance.now() + command.budgetMs;
  const { shopId, subject } = command;
  const shop = await dependencies.catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  if (!command.confirm) {
    const { now, cost } = scope;
    const upcoming = await dependencies.customers.upcoming(
      { shopId, subject },
      { now, limit: MAX_LISTED },
      cost,
    );
    if (upcoming.length > 0) return warnOfUpcoming(shop.time_zone, upcoming);
  }
  const subjectHash = subjectHashOf(dependencies.addressHash, shopId, subject);
  const erasure = { shopId, subject, subjectHash };
  for (let at: ScanPosition | null = await startOf(dependencies, erasure, scope); at !== null;) {
    const page = await dependencies.customers.page({ shopId, subject }, at, scope.cost);
    for (const id of page.ids) {
      const step = await eraseDocument(dependencies, { ...command, erasure, source: at.source, id }, scope);
      if (!step.ok) return step;
    }
    at = page.next;
    if (at) await dependencies.erasureProgress.save(erasure, at, scope.now, scope.cost);
    if (at && performance.now() >= giveUpAt) return leaveTheRest(dependencies, erasure, scope);
  }
  return finish(dependencies, command.actor, erasure, scope);
}

/** Returns where the erasure begins: where an earlier request was interrupted, if that was a short time ago. */
async function startOf(
  { erasureProgress }: EraseDependencies,
  erasure: Erasure,
  { now, cost }: Scope,
): Promise<ScanPosition> {
  const saved = (await erasureProgress.read(erasure, cost))?.position;
  return saved && now - saved.saved_at <= RESUMED_WITHIN_MS ? saved : startOfScan(erasure.subject);
}

async function leaveTheRest(
  { erasureProgress, level1 }: EraseDependencies,
  erasure: Erasure,
  { cost }: Scope,
): Promise<ChangeOutcome<Erased>> {
  level1.dropShop(erasure.shopId);
  return done({ erased: countsOf(await erasureProgress.read(erasure, cost)), isComplete: false });
}

/** Ends the erasure with its audit line, which has the counts and the keyed hash, and no data. */
async function finish(
  { management, contacts, rateLimitStore, level1, newId }: EraseDependencies,
  actor: Actor,
  { shopId, subject, subjectHash }: Erasure,
  scope: Scope,
): Promise<ChangeOutcome<Erased>> {
  level1.dropShop(shopId);
  if (subject.uid !== null) await rateLimitStore.forget("staff_writes", subject.uid);
  const [contactKey] = contacts.keysOf(subject.contacts);
  return management.change(
    { shopId, requestId: newId(), actor },
    async (tx) => {
      const refs = [
        tx.paths.erasure(subjectHash),
        ...(contactKey === undefined ? [] : [tx.paths.contact(contactKey)]),
      ];
      const [progress, contact] = await tx.read(...refs);
      const erased = countsOf(progress && readDocument(progress, erasureProgressSchema));
      if (progress?.exists) tx.delete(progress.ref);
      if (contact?.exists) tx.delete(contact.ref);
      tx.record({
        action: "customer_erased",
        details: { customer: subjectHash, named_by: subject.kind, erased },
      });
      return done({ erased, isComplete: true });
    },
    scope,
  );
}

function countsOf(progress: ErasedCounts | undefined): ErasedCounts {
  const { bookings = 0, notifications = 0, mails = 0 } = progress ?? {};
  return { bookings, notifications, mails };
}
