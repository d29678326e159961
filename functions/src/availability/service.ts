import type { Timestamp } from "firebase-admin/firestore";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { Shop } from "../catalog/schema.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import type { PlainDate } from "../engine/types.ts";
import { done, refuse, type Outcome } from "../errors.ts";
import type { Cost, Scope } from "../scope.ts";
import type { CacheSource, DayContent } from "./content.ts";
import { isHonouredLegacy, isValid, type MechanicsOfDay } from "./day.ts";
import { overlayLegacy } from "./legacy.ts";
import type { Level1 } from "./level1.ts";
import type { Fill } from "./day-store.ts";
import type { AvailabilityStore, VersionedDay } from "./store.ts";

export interface DaysRequest {
  readonly shopId: string;
  readonly dates: readonly PlainDate[];
  /** Go past both cache levels and generate. */
  readonly fresh: boolean;
  /** Go past level 1: for decisions, which must not rest on what other instances have changed seconds ago. */
  readonly skipLevel1?: boolean;
  /** For a service's slots: days of the old seeder know nothing of services, so they are generated instead. */
  readonly forService: boolean;
}

export interface Days {
  readonly shop: Shop;
  readonly days: ReadonlyMap<PlainDate, DayContent>;
  readonly source: CacheSource;
  /** Milliseconds spent, by step. */
  readonly timing: { read?: number; generate?: number; fill?: number };
}

interface Dependencies {
  readonly store: AvailabilityStore;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
  readonly ttlSeconds: number;
}

type Generated = Promise<Map<PlainDate, MechanicsOfDay>>;

/** Availability days: from level 1, from Firestore, or generated and filled. */
export class AvailabilityService {
  readonly #generations = new Map<string, Generated>();

  constructor(private readonly dependencies: Dependencies) {}

  async days(request: DaysRequest, scope: Scope): Promise<Outcome<Days>> {
    const remembered = request.fresh || request.skipLevel1 ? undefined : this.#fromLevel1(request);
    if (remembered) return done(remembered);

    const { level1, store } = this.dependencies;
    const tickets = request.dates.map((date) => level1.ticket(request.shopId, date));
    const startedAt = performance.now();
    const { shop, days: stored } = await store.read(request.shopId, request.dates, scope.cost);
    const readMs = performance.now() - startedAt;
    if (!shop) return refuse("not_found", "There is no such shop.");

    this.dependencies.zones.note(shop);
    const { content, missing } = await this.#sort(request, shop, stored, scope);
    const made = missing.size === 0 ? undefined : await this.#make(shop, missing, request.fresh, scope);
    made?.days.forEach((mechanics, date) => content.set(date, { kind: "generated", mechanics }));
    request.dates.forEach((date, index) => {
      const day = content.get(date);
      const ticket = tickets[index];
      if (day?.kind === "generated" && ticket !== undefined)
        level1.keep(date, { shop, content: day }, ticket);
    });
    const source = request.fresh ? "BYPASS" : made ? "MISS" : "HIT";
    return done({ shop, days: content, source, timing: { read: readMs, ...made?.timing } });
  }

  #fromLevel1(request: DaysRequest): Days | undefined {
    const days = new Map<PlainDate, DayContent>();
    let shop: Shop | undefined;
    for (const date of request.dates) {
      const entry = this.dependencies.level1.get(request.shopId, date);
      if (!entry) return undefined;
      // Days remembered under different catalogs do not make one answer.
      if (shop && shop.catalog_version !== entry.shop.catalog_version) return undefined;
      shop = entry.shop;
      days.set(date, entry.content);
    }
    return shop && { shop, days, source: "L1", timing: {} };
  }

  /** Parts what was read into days to answer from and days to generate. */
  async #sort(request: DaysRequest, shop: Shop, stored: readonly VersionedDay[], scope: Scope) {
    const content = new Map<PlainDate, DayContent>();
    const missing = new Map<PlainDate, VersionedDay & { keepLegacy: boolean }>();
    for (const [index, date] of request.dates.entries()) {
      const version = stored[index] ?? { day: undefined, updateTime: undefined };
      const { day } = version;
      const legacy = day !== undefined && isHonouredLegacy(day, shop.catalog_version);
      if (request.fresh) missing.set(date, { ...version, keepLegacy: legacy });
      else if (day && isValid(day, shop.catalog_version, scope.now)) {
        content.set(date, { kind: "generated", mechanics: day.mechanics });
      } else if (legacy && !request.forService) {
        const ledgers = await this.dependencies.store.ledgersOn(shop.id, date, scope.cost);
        const slots = overlayLegacy(day.legacy_slots ?? [], ledgers, shop.time_zone, scope.now);
        content.set(date, { kind: "legacy", slots });
      } else missing.set(date, { ...version, keepLegacy: legacy });
    }
    return { content, missing };
  }

  async #make(
    shop: Shop,
    missing: ReadonlyMap<PlainDate, VersionedDay & { keepLegacy: boolean }>,
    alone: boolean,
    scope: Scope,
  ) {
    const startedAt = performance.now();
    const days = alone
      ? await this.#generate(shop, [...missing.keys()], scope.cost)
      : await this.#generateShared(shop, missing, scope.cost);
    const generatedAt = performance.now();
    const fills: Fill[] = [];
    const versions = new Map<PlainDate, Timestamp | undefined>();
    for (const [date, { day, updateTime, keepLegacy }] of missing) {
      const mechanics = days.get(date);
      if (keepLegacy || !mechanics) continue;
      versions.set(date, updateTime);
      fills.push({
        date,
        epoch: day?.epoch ?? 0,
        catalogVersion: shop.catalog_version,
        cachedAt: scope.now,
        expiresAt: scope.now + this.dependencies.ttlSeconds * 1000,
        mechanics,
      });
    }
    await this.dependencies.store.fill(shop.id, fills, versions, scope.cost);
    const timing = { generate: generatedAt - startedAt, fill: performance.now() - generatedAt };
    return { days, timing };
  }

  /**
   * Concurrent misses share one generation. The key carries the epochs that each request has just read, so nobody
   * joins a generation that began before a change which they have already seen.
   */
  async #generateShared(
    shop: Shop,
    missing: ReadonlyMap<PlainDate, VersionedDay>,
    cost: Cost,
  ): Promise<Map<PlainDate, MechanicsOfDay>> {
    const states = [...missing].map(([date, { day }]) => `${date}@${day?.epoch ?? 0}`);
    const key = `${shop.id}@${shop.catalog_version}/${states.join(",")}`;
    const running = this.#generations.get(key);
    if (running) return running;
    const generation = this.#generate(shop, [...missing.keys()], cost).finally(() => {
      this.#generations.delete(key);
    });
    this.#generations.set(key, generation);
    return generation;
  }

  async #generate(shop: Shop, dates: readonly PlainDate[], cost: Cost): Generated {
    const { services, store } = this.dependencies;
    await services.of(shop, cost);
    return store.generate(shop, dates, services.reachMinutes(shop), cost);
  }
}
