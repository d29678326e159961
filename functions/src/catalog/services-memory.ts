import type { Cost } from "../platform/scope.ts";
import { farthestBufferReach, bufferReach, type BufferReach } from "./buffer-reach.ts";
import type { Service, Shop } from "./schema.ts";

interface Remembered {
  readonly catalogVersion: number;
  readonly services: ReadonlyMap<string, Service>;
}

/** The current version and the previous one, which level 1 may still refer to for seconds after a change. */
const VERSIONS_REMEMBERED = 2;

type LoadServices = (shopId: string, cost: Cost) => Promise<readonly Service[]>;

/**
 * The services of each shop, cached in the instance by the shop's catalog_version. Always current, without a TTL: every
 * change of a service bumps the version in the same transaction, and the caller has just read the shop. A newer version
 * does not replace an older one: a shop that was deleted and created again counts its versions from the start.
 */
export class ServicesMemory {
  /** By shop, the version that was read last first. */
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

  /** The reach by the shop's services if they are cached, else the longest possible one. */
  bufferReach(shop: Shop): BufferReach {
    const known = this.#known(shop);
    return known ? bufferReach(shop, known.services.values()) : farthestBufferReach(shop);
  }

  /** How far a booking's buffers and travel can reach beyond its slot, in minutes. */
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
