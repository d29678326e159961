import type { Cost } from "../platform/scope.ts";
import { farthestBufferReach, bufferReach, type BufferReach } from "./buffer-reach.ts";
import type { Service, Shop } from "./schema.ts";

interface Remembered {
  readonly catalogVersion: number;
  readonly services: ReadonlyMap<string, Service>;
}

/** The current version, and the one before, which level 1 may name for seconds after a change. */
const VERSIONS_REMEMBERED = 2;

type LoadServices = (shopId: string, cost: Cost) => Promise<readonly Service[]>;

/**
 * The services of each shop, remembered in the instance under the shop's catalog_version. Exact, not a guess with a
 * TTL: every change of a service bumps the version in the same transaction, and the caller has just read the shop. A
 * newer version does not stand in for an older one: a shop that was deleted and made anew counts from the start.
 */
export class ServicesMemory {
  /** By shop, what was read last in front. */
  readonly #shops = new Map<string, readonly Remembered[]>();
  readonly #loading = new Map<string, Promise<Remembered>>();

  constructor(private readonly load: LoadServices) {}

  /** All services of the shop, inactive ones included, by id. */
  async of(shop: Shop, cost: Cost): Promise<ReadonlyMap<string, Service>> {
    const known = this.#known(shop);
    if (known) return known.services;
    const key = `${shop.id}@${shop.catalog_version}`;
    let loading = this.#loading.get(key);
    if (!loading) {
      loading = this.#read(shop, cost).finally(() => this.#loading.delete(key));
      this.#loading.set(key, loading);
    }
    return (await loading).services;
  }

  /** Exact where the shop's services are remembered, else the farthest that any may reach. */
  bufferReach(shop: Shop): BufferReach {
    const known = this.#known(shop);
    return known ? bufferReach(shop, known.services.values()) : farthestBufferReach(shop);
  }

  /** How far a booking's own buffers and travel reach beyond its slot. */
  reachMinutes(shop: Shop): number {
    return this.bufferReach(shop).bufferMinutes;
  }

  #known(shop: Shop): Remembered | undefined {
    const remembered = this.#shops.get(shop.id);
    return remembered?.find(({ catalogVersion }) => catalogVersion === shop.catalog_version);
  }

  async #read(shop: Shop, cost: Cost): Promise<Remembered> {
    const services = await this.load(shop.id, cost);
    const remembered = {
      catalogVersion: shop.catalog_version,
      services: new Map(services.map((service) => [service.id, service])),
    };
    const before = this.#shops.get(shop.id) ?? [];
    this.#shops.set(shop.id, [remembered, ...before].slice(0, VERSIONS_REMEMBERED));
    return remembered;
  }
}
