import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { ZoneHints } from "../../catalog/zone-hints.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Cost, Scope } from "../../platform/scope.ts";
import type { CacheSource, DayContent } from "../day/day-content.ts";
import { isHonouredLegacy, isValid } from "../day/day.ts";
import type { Generation, GenerationStore } from "./generation-store.ts";
import { SharedGenerations } from "./shared-generations.ts";
import { overlayLegacy } from "../day/legacy.ts";
import type { Level1 } from "../day/level1.ts";
import type { AvailabilityStore, VersionedDay } from "../day/day-store.ts";

export interface DaysRequest {
  readonly shopId: string;
  readonly dates: readonly PlainDate[];
  /** Go past both cache levels and generate. */
  readonly fresh: boolean;
  /** Go past level 1: for decisions, which must not rest on what other instances have changed seconds ago. */
  readonly skipLevel1?: boolean;
  /** For a service's slots: days of the old seeder know nothing of services, so they are generated instead. */
  readonly forService: boolean;
  /** For days that are wanted in stock, not only now. */
  readonly stock?: WarmUpLifetimes;
}

/** How long days are to last, in milliseconds. */
export interface WarmUpLifetimes {
  /** A day that would expire sooner counts as missing. */
  readonly leastMs: number;
  /** When a day expires that is filled for it. */
  readonly ttlMs: number;
}

export interface Days {
  readonly shop: Shop;
  readonly days: ReadonlyMap<PlainDate, DayContent>;
  readonly source: CacheSource;
  /** The dates whose days had to be generated. */
  readonly missed: readonly PlainDate[];
  /** Those of them whose days this request has stored. */
  readonly filled: readonly PlainDate[];
  /** Milliseconds spent, by step. */
  readonly timing: Timing;
}

export interface Timing {
  readonly read?: number;
  readonly generate?: number;
  readonly fill?: number;
}

interface Dependencies {
  readonly store: AvailabilityStore;
  readonly generator: GenerationStore;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
  readonly ttlSeconds: number;
}

interface MissingDay extends VersionedDay {
  /** A day of the old seeder that is still honoured: what is generated beside it is not stored. */
  readonly keepLegacy: boolean;
}

/** Availability days: from level 1, from Firestore, or generated and filled. */
export class AvailabilityService {
  readonly #generations = new SharedGenerations<Generation>();

  constructor(private readonly dependencies: Dependencies) {}

  async days(request: DaysRequest, scope: Scope): Promise<Outcome<Days>> {
    const remembered = request.fresh || request.skipLevel1 ? undefined : this.#fromLevel1(request);
    if (remembered) return done(remembered);

    const { level1, store } = this.dependencies;
    const tickets = request.dates.map((date) => level1.marker(request.shopId, date));
    const startedAt = performance.now();
    const { shop, days: stored } = await store.read(request.shopId, request.dates, scope.cost);
    const readMs = performance.now() - startedAt;
    if (!shop) return refuse("not_found", "There is no such shop.");

    this.dependencies.zones.remember(shop);
    const { content, missing } = await this.#sort(request, shop, stored, scope);
    const made = missing.size === 0 ? undefined : await this.#make(request, shop, missing, scope);
    made?.days.forEach((mechanics, date) => content.set(date, { kind: "generated", mechanics }));
    request.dates.forEach((date, index) => {
      const day = content.get(date);
      const ticket = tickets[index];
      // Beside a legacy day only what was asked for is generated: the next question may be one that it answers itself.
      if (day?.kind !== "generated" || ticket === undefined || missing.get(date)?.keepLegacy) return;
      level1.keep(date, { shop, content: day }, ticket);
    });
    const source = request.fresh ? "BYPASS" : made ? "MISS" : "HIT";
    const timing = { read: readMs, ...made?.timing };
    const missed = [...missing.keys()];
    return done({ shop, days: content, source, missed, filled: made?.filled ?? [], timing });
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
    return shop && { shop, days, source: "L1", missed: [], filled: [], timing: {} };
  }

  /** Parts what was read into days to answer from and days to generate. */
  async #sort(request: DaysRequest, shop: Shop, stored: ReadonlyMap<PlainDate, VersionedDay>, scope: Scope) {
    const content = new Map<PlainDate, DayContent>();
    const missing = new Map<PlainDate, MissingDay>();
    const legacy = new Map<PlainDate, VersionedDay>();
    const validAt = scope.now + (request.stock?.leastMs ?? 0);
    for (const date of request.dates) {
      const version = stored.get(date) ?? { day: undefined, updateTime: undefined };
      const { day } = version;
      const keepLegacy = day !== undefined && isHonouredLegacy(day, shop.catalog_version);
      if (!request.fresh && day && isValid(day, shop.catalog_version, validAt)) {
        content.set(date, { kind: "generated", mechanics: day.mechanics });
      } else if (!request.fresh && keepLegacy && !request.forService) legacy.set(date, version);
      else missing.set(date, { ...version, keepLegacy });
    }
    if (legacy.size === 0) return { content, missing };
    const overlay = await this.dependencies.store.overlay(shop, [...legacy.keys()], scope.cost);
    for (const [date, { day }] of legacy) {
      const slots = day?.legacy_slots ?? [];
      content.set(date, overlayLegacy(slots, date, overlay, shop.time_zone, scope.now));
    }
    return { content, missing };
  }

  async #make(request: DaysRequest, shop: Shop, missing: ReadonlyMap<PlainDate, MissingDay>, scope: Scope) {
    const startedAt = performance.now();
    const { days, own, release } = await this.#generate(request, shop, missing, scope.cost);
    const generatedAt = performance.now();
    try {
      const filled = own ? await this.#fill(request, shop, missing, own, scope) : [];
      const timing = { generate: generatedAt - startedAt, fill: performance.now() - generatedAt };
      return { days, filled, timing };
    } finally {
      release();
    }
  }

  /** Stores what this request itself has generated; those who share it need not try. */
  async #fill(
    request: DaysRequest,
    shop: Shop,
    missing: ReadonlyMap<PlainDate, MissingDay>,
    own: Generation,
    scope: Scope,
  ): Promise<PlainDate[]> {
    const ttlMs = request.stock?.ttlMs ?? this.dependencies.ttlSeconds * 1000;
    const fills = [...missing].flatMap(([date, { day, updateTime, keepLegacy }]) => {
      const mechanics = own.days.get(date);
      if (!mechanics || keepLegacy) return [];
      return {
        date,
        epoch: day?.epoch ?? 0,
        catalogVersion: shop.catalog_version,
        cachedAt: scope.now,
        expiresAt: scope.now + ttlMs,
        readAt: own.readAt,
        mechanics,
        version: updateTime,
      };
    });
    return this.dependencies.store.fill(shop.id, fills, scope.cost);
  }

  /**
   * The key of a shared generation carries the epoch that each request has just read, so nobody joins one that began
   * before a change which they have already seen. Fresh answers share nothing.
   */
  async #generate(
    request: DaysRequest,
    shop: Shop,
    missing: ReadonlyMap<PlainDate, VersionedDay>,
    cost: Cost,
  ) {
    const { generator, services } = this.dependencies;
    const generate = async (dates: readonly PlainDate[]) => {
      await services.of(shop, cost);
      return generator.generate(shop, dates, services.reachMinutes(shop), cost);
    };
    if (request.fresh) {
      const own = await generate([...missing.keys()]);
      return { days: own.days, own, release: () => undefined };
    }
    const states = [...missing].map(([date, { day }]) => {
      return { date, key: `${shop.id}@${shop.catalog_version}/${date}@${day?.epoch ?? 0}` };
    });
    return this.#generations.of(states, generate);
  }
}
