import type { Firestore } from "firebase-admin/firestore";
import { readDocument, readDocumentOrThrow } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import type { Cost } from "../platform/scope.ts";
import { readAddressable } from "./addressable.ts";
import {
  mechanicSchema,
  serviceSchema,
  shopSchema,
  type Mechanic,
  type Service,
  type Shop,
} from "./schema.ts";

const READ_DEADLINE_MS = 5_000;

/** Reads shops, services and mechanics. */
export class CatalogReader {
  constructor(private readonly db: Firestore) {}

  async shop(shopId: string, cost: Cost): Promise<Shop | undefined> {
    cost.reads += 1;
    return readDocumentOrThrow(await readWithRetry(shopPaths(this.db, shopId).shop), shopSchema);
  }

  async services(shopId: string, cost: Cost): Promise<Service[]> {
    const found = await readWithRetry(shopPaths(this.db, shopId).services);
    cost.reads += Math.max(1, found.size);
    return readAddressable(found.docs, serviceSchema);
  }

  async service(shopId: string, serviceId: string, cost: Cost): Promise<Service | undefined> {
    cost.reads += 1;
    return readDocument(await readWithRetry(shopPaths(this.db, shopId).service(serviceId)), serviceSchema);
  }

  /** All mechanics of the shop, inactive ones included. */
  async mechanics(shopId: string, cost: Cost): Promise<Mechanic[]> {
    const found = await readWithRetry(shopPaths(this.db, shopId).mechanics);
    cost.reads += Math.max(1, found.size);
    return readAddressable(found.docs, mechanicSchema);
  }

  async activeMechanics(shopId: string, cost: Cost): Promise<Mechanic[]> {
    const found = await readWithRetry(shopPaths(this.db, shopId).mechanics.where("active", "==", true));
    cost.reads += Math.max(1, found.size);
    return readAddressable(found.docs, mechanicSchema);
  }

  async mechanic(shopId: string, mechanicId: string, cost: Cost): Promise<Mechanic | undefined> {
    cost.reads += 1;
    return readDocument(await readWithRetry(shopPaths(this.db, shopId).mechanic(mechanicId)), mechanicSchema);
  }
}

/** Reads a document or a query, and retries transient failures. */
function readWithRetry<T>(source: { get(): Promise<T> }): Promise<T> {
  return retryTransient(() => source.get(), { deadlineMs: READ_DEADLINE_MS });
}
