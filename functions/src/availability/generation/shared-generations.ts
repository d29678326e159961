import type { PlainDate } from "../../engine/types.ts";
import type { MechanicsOfDay } from "../day/day.ts";

/** A date in the state that one request has read; the key differs for every state the date has ever been in. */
export interface DateState {
  readonly date: PlainDate;
  readonly key: string;
}

/** The content of every requested date, and the generation of this caller (the other dates were shared). */
export interface SharedGeneration<G> {
  readonly days: ReadonlyMap<PlainDate, MechanicsOfDay>;
  readonly own: G | undefined;
  /** Must be called once `own` has been stored or will not be; until then other callers share it. */
  readonly release: () => void;
}

/**
 * Lets concurrent requests of one instance share generations: a date in one state is generated at most once at a time,
 * also for ranges that overlap. A generation is shared until it has been stored, because readers find the old state
 * until then.
 */
export class SharedGenerations<G extends { readonly days: ReadonlyMap<PlainDate, MechanicsOfDay> }> {
  readonly #running = new Map<string, Promise<G>>();

  /** Returns the content of all dates. `generate` is called at most once, with the dates that no other call generates. */
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
