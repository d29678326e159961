import type { PlainDate } from "../../engine/types.ts";
import type { MechanicsOfDay } from "../day/day.ts";

/** A date as one request has found it: its key tells the state apart from any other that the date was ever in. */
export interface DateState {
  readonly date: PlainDate;
  readonly key: string;
}

/** The content of every date asked for, and what this caller itself generated (the rest it shared). */
export interface SharedGeneration<G> {
  readonly days: ReadonlyMap<PlainDate, MechanicsOfDay>;
  readonly own: G | undefined;
  /** To be called when `own` is stored, or will not be: until then others share it. */
  readonly release: () => void;
}

/**
 * Lets concurrent misses of one instance share generations: of one date in one state there is never more than one
 * under way. What several requests miss between them is generated once, whatever ranges they asked for. A generation is
 * shared until it has been stored, for readers go on finding the old state until then.
 */
export class SharedGenerations<G extends { readonly days: ReadonlyMap<PlainDate, MechanicsOfDay> }> {
  readonly #running = new Map<string, Promise<G>>();

  /** `generate` is called at most once, with the dates that nobody else is generating. */
  async of(
    states: readonly DateState[],
    generate: (dates: readonly PlainDate[]) => Promise<G>,
  ): Promise<SharedGeneration<G>> {
    const joined = states.filter(({ key }) => this.#running.has(key));
    const others = joined.map(({ key }) => this.#running.get(key));
    const missing = states.filter(({ key }) => !this.#running.has(key));
    const release = () => missing.forEach(({ key }) => this.#running.delete(key));
    const own = missing.length === 0 ? undefined : generate(missing.map(({ date }) => date));
    if (own) for (const { key } of missing) this.#running.set(key, own);
    try {
      const results = await Promise.all([own, ...others]);
      const days = new Map<PlainDate, MechanicsOfDay>();
      const pick = (from: G | undefined, date: PlainDate) => {
        const mechanics = from?.days.get(date);
        if (mechanics) days.set(date, mechanics);
      };
      joined.forEach(({ date }, index) => pick(results[index + 1], date));
      missing.forEach(({ date }) => pick(results[0], date));
      return { days, own: results[0], release };
    } catch (error) {
      release();
      throw error;
    }
  }
}
