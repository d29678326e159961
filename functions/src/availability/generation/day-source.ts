import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { Shop } from "../../catalog/schema.ts";
import { shopRefusal } from "../../catalog/shop-refusal.ts";
import type { ZoneHints } from "../../catalog/zone-hints.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Cost, Scope } from "../../platform/scope.ts";
import type { DayContent } from "../day/day-content.ts";
import type { AvailabilityStore } from "../day/day-store.ts";
import type { LegacySlot } from "../day/day.ts";
import { overlayLegacy } from "../day/legacy.ts";
import type { Level1 } from "../day/level1.ts";
import type { DaysRead } from "./days.ts";
import type { Generation, GenerationStore } from "./generation-store.ts";
import { partitionDays, type MissingDay } from "./partition-days.ts";
import { SharedGenerations } from "./shared-generations.ts";
import { millis } from "../../engine/units.ts";

export interface DatesOfShop {
  readonly shopId: string;
  readonly dates: readonly PlainDate[];
}

export interface DaySourceDependencies {
  readonly store: AvailabilityStore;
  readonly generator: GenerationStore;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
}

/** A request with everything decided that follows from its purpose. */
export interface DaysRequest extends DatesOfShop {
  /** Whether to generate the days instead of reading a cache. */
  readonly fresh: boolean;
  /** For the slots of a service: days of the old seeder know no services, so they are generated instead. */
  readonly forService: boolean;
  /** Whether it is known that the dates are at most as many as one generation makes. */
  readonly isOnePiece: boolean;
  /** A day that expires sooner than this many milliseconds from now counts as missing. */
  readonly minLifetimeMs: number;
  /** How many milliseconds a day that is filled now is valid for. */
  readonly ttlMs: number;
}

/** Days to generate, with the shop that they were read with. */
interface MissingDays {
  readonly shop: Shop;
  readonly missing: ReadonlyMap<PlainDate, MissingDay>;
}

/** Returns availability days from Firestore, or generated and filled. */
export class DaySource {
  readonly #generations = new SharedGenerations<Generation>();

  constructor(private readonly dependencies: DaySourceDependencies) {}

  /** Returns the days of the dates that are cached, and of as many others as one generation makes. */
  async read(request: DaysRequest, scope: Scope): Promise<Outcome<DaysRead>> {
    const { level1, store, zones } = this.dependencies;
    const { shopId, dates, fresh, forService } = request;
    const markers = dates.map((date) => level1.marker(shopId, date));
    const startedAt = performance.now();
    const { shop, days: stored } = await store.read(shopId, dates, scope.cost);
    const readMs = performance.now() - startedAt;
    if (!shop) return refuse("not_found", "There is no such shop.");

    // While it is rezoned, a date's ledger is no longer, or not yet, that date's: what was offered could not be booked.
    const closed = shopRefusal(shop);
    if (closed) return closed;
    zones.remember(shop);
    const validAt = fresh ? null : millis(scope.now + request.minLifetimeMs);
    const { generated, legacy, missing } = partitionDays({ shop, dates, stored, validAt, forService });
    const content = await this.#legacyContent(shop, legacy, scope);
    const made = missing.size === 0 ? undefined : await this.#make(request, { shop, missing }, scope);
    for (const mechanicsByDate of [generated, made?.days ?? []])
      for (const [date, mechanics] of mechanicsByDate) content.set(date, { kind: "generated", mechanics });
    dates.forEach((date, index) => {
      const day = content.get(date);
      const marker = markers[index];
      // A day generated beside a legacy day is not kept: another question may be answered by the legacy day.
      if (day?.kind !== "generated" || marker === undefined || missing.get(date)?.keepLegacy) return;
      level1.keep(date, { shop, content: day }, marker);
    });
    const source = fresh ? "BYPASS" : made ? "MISS" : "HIT";
    const timing = { read: readMs, ...made?.timing };
    const missed = [...missing.keys()].filter((date) => content.has(date));
    return done({ shop, days: content, source, missed, filled: made?.filled ?? [], timing });
  }

  /** Returns the legacy days with the present ledgers and mechanics laid over them. */
  async #legacyContent(
    shop: Shop,
    legacy: ReadonlyMap<PlainDate, readonly LegacySlot[]>,
    { now, cost }: Scope,
  ): Promise<Map<PlainDate, DayContent>> {
    if (legacy.size === 0) return new Map();
    const overlay = await this.dependencies.store.overlay(shop, [...legacy.keys()], cost);
    const contentOf = (date: PlainDate, slots: readonly LegacySlot[]) =>
      overlayLegacy({ slots, date, zone: shop.time_zone, overlay, now });
    return new Map([...legacy].map(([date, slots]) => [date, contentOf(date, slots)]));
  }

  async #make(request: DaysRequest, missingDays: MissingDays, scope: Scope) {
    const startedAt = performance.now();
    const { days, own, release } = await this.#generate(missingDays, request, scope.cost);
    const generatedAt = performance.now();
    try {
      const filled = own ? await this.#fill(missingDays, own, request.ttlMs, scope) : [];
      const timing = { generate: generatedAt - startedAt, fill: performance.now() - generatedAt };
      return { days, filled, timing };
    } finally {
      release();
    }
  }

  /** Stores the days that this request generated; the request that generated a shared day stores it. */
  async #fill(
    { shop, missing }: MissingDays,
    own: Generation,
    ttlMs: number,
    { now, cost }: Scope,
  ): Promise<PlainDate[]> {
    const fills = [...missing].flatMap(([date, { day, updateTime, keepLegacy }]) => {
      const mechanics = own.days.get(date);
      if (!mechanics || keepLegacy) return [];
      return {
        date,
        epoch: day?.epoch ?? 0,
        catalogVersion: shop.catalog_version,
        cachedAt: now,
        expiresAt: millis(now + ttlMs),
        readAt: own.readAt,
        mechanics,
        version: updateTime,
      };
    });
    return this.dependencies.store.fill(shop.id, fills, cost);
  }

  /**
   * The key of a shared generation holds the epoch that the request has read, so no request joins a generation that
   * began before a change it has already read. Fresh requests do not share.
   */
  async #generate({ shop, missing }: MissingDays, { fresh, isOnePiece }: DaysRequest, cost: Cost) {
    const { generator, services } = this.dependencies;
    const generate = async (dates: readonly PlainDate[]) => {
      await services.of(shop, cost);
      return generator.generate(
        { shop, dates, isOnePiece, bufferMinutes: services.reachMinutes(shop) },
        cost,
      );
    };
    if (fresh) {
      const own = await generate([...missing.keys()]);
      return { days: own.days, own, release: () => undefined };
    }
    const states = [...missing].map(([date, { day }]) => {
      return { date, key: `${shop.id}@${shop.catalog_version}/${date}@${day?.epoch ?? 0}` };
    });
    return this.#generations.of(states, generate);
  }
}
