import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { mechanicDays, type DayContent } from "../day/day-content.ts";
import { DaySizes, MAX_PIECE_MECHANIC_DAYS } from "./day-sizes.ts";
import { DaySource, type DatesOfShop, type DaysRequest, type DaySourceDependencies } from "./day-source.ts";
import { summary, type Days, type DaysRead, type Filled } from "./days.ts";
import { Gate } from "./gate.ts";

/** The most mechanic-days in one answer of several dates; a single date is always answered. */
const MAX_ANSWER_MECHANIC_DAYS = 2_000;
/** Steps of at most so many mechanic-days have a gate of their own, so that large ones do not delay them. */
const LIGHT_MECHANIC_DAYS = 200;
/** The most mechanic-days of all light steps of an instance at a time. */
const MAX_LIGHT_MECHANIC_DAYS = 1_000;

export interface AnswerRequest extends DatesOfShop, Pick<DaysRequest, "fresh" | "forService"> {
  /** Whether the answer ends with the dates that one step reads. */
  readonly inOneStep?: boolean;
}

interface DayOfShop {
  readonly shop: Shop;
  readonly content: DayContent;
}

export interface DecisionRequest extends Pick<DaysRequest, "shopId" | "forService"> {
  readonly date: PlainDate;
}

export type WarmUpRequest = DatesOfShop & Pick<DaysRequest, "minLifetimeMs" | "ttlMs">;

interface Dependencies extends DaySourceDependencies {
  readonly ttlSeconds: number;
}

type StepRequest = Omit<DaysRequest, "isOnePiece">;

/**
 * Returns availability days from level 1, from Firestore, or generated and filled. They are read and generated in steps of
 * bounded size, of which an instance works on a bounded number at a time.
 */
export class AvailabilityService {
  readonly #source: DaySource;
  readonly #sizes = new DaySizes();
  readonly #lightSteps = new Gate(MAX_LIGHT_MECHANIC_DAYS);
  readonly #heavySteps = new Gate(MAX_PIECE_MECHANIC_DAYS);

  constructor(private readonly dependencies: Dependencies) {
    this.#source = new DaySource(dependencies);
  }

  /** Returns days to show to a client, of as many dates as one answer may have: from level 1 if possible. */
  async daysForAnswer(request: AnswerRequest, scope: Scope): Promise<Outcome<Days>> {
    const remembered = request.fresh ? undefined : this.#fromLevel1(request);
    if (remembered) return done(remembered);
    const { shopId, inOneStep, ...rest } = request;
    const reads: DaysRead[] = [];
    const answer = new BoundedDays();
    do {
      const left = rest.dates.slice(answer.days.size);
      const fitting = this.#sizes.datesWithin(shopId, answer.room);
      if (fitting === 0 && answer.days.size > 0) break;
      const dates = left.slice(0, Math.max(1, fitting));
      const found = await this.#step({ ...rest, shopId, ...this.#lifetimes, dates }, scope);
      if (!found.ok) return found;
      // One answer must not mix days of different catalog versions.
      if (reads[0] && reads[0].shop.catalog_version !== found.value.shop.catalog_version) break;
      reads.push(found.value);
      answer.take(dates, found.value.days);
    } while (answer.days.size < rest.dates.length && !inOneStep);
    const [first] = reads;
    if (!first) throw new RangeError("A request has at least one date.");
    return done({ shop: first.shop, days: answer.days, ...summary(reads) });
  }

  /**
   * Returns a day to decide from: never from level 1, which may be seconds behind the other instances. Decisions are read
   * before all answers that wait.
   */
  async daysForDecision(request: DecisionRequest, scope: Scope): Promise<Outcome<DayOfShop>> {
    const { date, ...rest } = request;
    for (;;) {
      const step = { ...rest, ...this.#lifetimes, dates: [date], fresh: false };
      const found = await this.#step(step, scope, true);
      if (!found.ok) return found;
      const { shop, days } = found.value;
      const content = days.get(date);
      if (content) return done({ shop, content });
    }
  }

  /** Fills the days that are missing or expire too soon. */
  async daysForWarmUp(request: WarmUpRequest, scope: Scope): Promise<Outcome<Filled>> {
    return this.#fill(request, scope);
  }

  /** Fills the days that are missing. */
  async daysForRecalculation(request: DatesOfShop, scope: Scope): Promise<Outcome<Filled>> {
    return this.#fill({ ...request, ...this.#lifetimes }, scope);
  }

  get #lifetimes() {
    return { minLifetimeMs: 0, ttlMs: this.dependencies.ttlSeconds * 1000 };
  }

  async #fill(request: WarmUpRequest, scope: Scope): Promise<Outcome<Filled>> {
    const { shopId } = request;
    const missed: PlainDate[] = [];
    const filled: PlainDate[] = [];
    let left = request.dates;
    while (left.length > 0) {
      const dates = left.slice(0, Math.max(1, this.#sizes.datesWithin(shopId, Infinity)));
      const found = await this.#step({ ...request, dates, fresh: false, forService: false }, scope);
      if (!found.ok) return found;
      missed.push(...found.value.missed);
      filled.push(...found.value.filled);
      const { days } = found.value;
      left = left.filter((date) => !days.has(date));
    }
    return done({ missed, filled });
  }

  /** Reads and generates days as soon as an instance may work on them; those that one generation cannot make are left out. */
  async #step(request: StepRequest, scope: Scope, isUrgent = false): Promise<Outcome<DaysRead>> {
    const { shopId, dates } = request;
    const weigh = () => this.#sizes.weightOf(shopId, dates.length);
    const gate = weigh() > LIGHT_MECHANIC_DAYS ? this.#heavySteps : this.#lightSteps;
    const run = async () => {
      const isOnePiece = this.#sizes.isOnePiece(shopId, dates.length);
      const found = await this.#source.read({ ...request, isOnePiece }, scope);
      if (found.ok) this.#sizes.remember(shopId, found.value.days.values());
      return found;
    };
    return gate.pass({ weigh, isUrgent, run });
  }

  #fromLevel1({ shopId, dates }: DatesOfShop): Days | undefined {
    const found = new Map<PlainDate, DayContent>();
    let shop: Shop | undefined;
    for (const date of dates) {
      const entry = this.dependencies.level1.get(shopId, date);
      if (!entry) return undefined;
      // One answer must not mix days of different catalog versions.
      if (shop && shop.catalog_version !== entry.shop.catalog_version) return undefined;
      shop = entry.shop;
      found.set(date, entry.content);
    }
    const answer = new BoundedDays();
    answer.take(dates, found);
    return shop && { shop, days: answer.days, source: "L1", timing: {} };
  }
}

/** Collects days, in the order of their dates, up to the bound of an answer. */
class BoundedDays {
  readonly days = new Map<PlainDate, DayContent>();
  /** How many further mechanic-days it has room for. */
  room = MAX_ANSWER_MECHANIC_DAYS;

  /** Adds the days of the dates until one is missing or has no room; the first of all has always room. */
  take(dates: readonly PlainDate[], found: ReadonlyMap<PlainDate, DayContent>): void {
    for (const date of dates) {
      const content = found.get(date);
      if (!content) return;
      const size = mechanicDays(content);
      if (size > this.room && this.days.size > 0) {
        this.room = 0;
        return;
      }
      this.days.set(date, content);
      this.room -= size;
    }
  }
}
