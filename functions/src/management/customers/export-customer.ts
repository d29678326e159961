import { z } from "zod";
import type { Actor } from "../../audit/trail.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import {
  decodePageToken,
  encodePageToken,
  refusePageToken,
  tokenIdSchema,
} from "../../platform/http/page-token.ts";
import type { KeyedHash } from "../../platform/keyed-hash.ts";
import type { Scope } from "../../platform/scope.ts";
import type { ManagementStore } from "../management-store.ts";
import { SOURCES, startOfScan, type CustomerStore, type ScanPosition } from "./customer-store.ts";
import { subjectHashOf } from "./erase-customer.ts";
import { NO_DATA, type CustomerData, type ExportStore } from "./export-store.ts";
import type { Subject } from "./subject.ts";

export interface ExportDependencies {
  readonly customers: CustomerStore;
  readonly exports: ExportStore;
  readonly management: ManagementStore;
  readonly catalog: CatalogReader;
  readonly addressHash: KeyedHash;
  readonly newId: () => string;
}

export interface ExportCommand {
  readonly shopId: string;
  readonly subject: Subject;
  readonly actor: Actor;
  /** Documents on a page, each with what belongs to it. */
  readonly limit: number;
  readonly pageToken: string | null;
  /** How long the request may take; what remains is on the next page. */
  readonly budgetMs: number;
}

export interface ExportPage extends CustomerData {
  readonly nextPageToken: string | null;
}

const position = z.tuple([z.enum(SOURCES), tokenIdSchema().nullable()]);

/** Returns a page of what a shop stores about a customer, and records in the audit that it was given out. */
export async function exportCustomer(
  dependencies: ExportDependencies,
  command: ExportCommand,
  scope: Scope,
): Promise<ChangeOutcome<ExportPage>> {
  const { shopId, subject, pageToken } = command;
  const token = pageToken === null ? null : decodePageToken(position, pageToken);
  if (token === undefined) return refusePageToken();
  const shop = await dependencies.catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const start: ScanPosition = token ? { source: token[0], after: token[1] } : startOfScan(subject);
  const { data, next } = await collect(dependencies, { command, start, zone: shop.time_zone }, scope);
  const page = { ...data, nextPageToken: next && encodePageToken([next.source, next.after]) };
  const exported = {
    bookings: data.bookings.length,
    notifications: data.notifications.length,
    mails: data.mails.length,
    audit: data.audit.length,
  };
  const customer = subjectHashOf(dependencies.addressHash, shopId, subject);
  return dependencies.management.change(
    { shopId, requestId: dependencies.newId(), actor: command.actor },
    (tx) => {
      tx.record({ action: "customer_exported", details: { customer, named_by: subject.kind, exported } });
      return Promise.resolve(done(page));
    },
    scope,
  );
}

interface Collection {
  readonly command: ExportCommand;
  readonly start: ScanPosition;
  readonly zone: string;
}

/** Scans from a position until the page is full, the time has passed, or there is no more. */
async function collect(
  { customers, exports }: ExportDependencies,
  { command: { shopId, subject, limit, budgetMs }, start, zone }: Collection,
  { cost }: Scope,
): Promise<{ readonly data: CustomerData; readonly next: ScanPosition | null }> {
  const giveUpAt = performance.now() + budgetMs;
  let data = NO_DATA;
  let taken = 0;
  for (let at: ScanPosition | null = start; at !== null;) {
    const { source } = at;
    const page = await customers.page({ shopId, subject }, at, cost);
    for (const id of page.ids) {
      if (taken === limit) return { data, next: at };
      data = join(data, await exports.dataOf({ shopId, subject }, { source, id, zone }, cost));
      taken += 1;
      at = { source, after: id };
    }
    if (page.next !== null && performance.now() >= giveUpAt) return { data, next: page.next };
    at = page.next;
  }
  return { data, next: null };
}

function join(one: CustomerData, other: CustomerData): CustomerData {
  return {
    bookings: [...one.bookings, ...other.bookings],
    notifications: [...one.notifications, ...other.notifications],
    mails: [...one.mails, ...other.mails],
    audit: [...one.audit, ...other.audit],
  };
}
