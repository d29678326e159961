import type { Firestore } from "firebase-admin/firestore";
import { readDocument, readDocuments } from "../firestore/documents.ts";
import { shopPaths } from "../firestore/paths.ts";
import type { Cost } from "../scope.ts";
import {
  mechanicSchema,
  serviceSchema,
  shopSchema,
  type Mechanic,
  type Service,
  type Shop,
} from "./schema.ts";

/** Reads shops, services and mechanics. */
export class CatalogReader {
  constructor(private readonly db: Firestore) {}

  async shop(shopId: string, cost: Cost): Promise<Shop | undefined> {
    cost.reads += 1;
    return readDocument(await shopPaths(this.db, shopId).shop.get(), shopSchema);
  }

  async services(shopId: string, cost: Cost): Promise<Service[]> {
    const found = await shopPaths(this.db, shopId).services.get();
    cost.reads += Math.max(1, found.size);
    return readDocuments(found.docs, serviceSchema);
  }

  async activeMechanics(shopId: string, cost: Cost): Promise<Mechanic[]> {
    const found = await shopPaths(this.db, shopId).mechanics.where("active", "==", true).get();
    cost.reads += Math.max(1, found.size);
    return readDocuments(found.docs, mechanicSchema);
  }

  async mechanic(shopId: string, mechanicId: string, cost: Cost): Promise<Mechanic | undefined> {
    cost.reads += 1;
    return readDocument(await shopPaths(this.db, shopId).mechanic(mechanicId).get(), mechanicSchema);
  }
}
