import type { SlotRules } from "../../engine/types.ts";
import type { MechanicsOfDay } from "../day/day.ts";

const MAX_QUESTIONS = 32;
const MINUTE_MS = 60_000;

interface Remembered {
  /** From when until when, in milliseconds since the epoch, the same question has this answer. */
  readonly from: number;
  readonly until: number;
  readonly answer: unknown;
}

/**
 * What was worked out from a day, kept with it: the same question about unchanged content has the same answer until
 * the minute ends (a start may then be too soon) or a hold expires.
 */
export class RememberedSlots {
  readonly #ofDay = new WeakMap<MechanicsOfDay, Map<string, Remembered>>();

  /** `rules` and `question` together must say everything, beside the day, that the answer depends on. */
  of<T>(mechanics: MechanicsOfDay, rules: SlotRules, question: readonly unknown[], work: () => T): T {
    const { now, ...timeless } = rules;
    const key = JSON.stringify([timeless, question]);
    let answers = this.#ofDay.get(mechanics);
    const known = answers?.get(key);
    if (known && known.from <= now && now < known.until) return known.answer as T;
    const answer = work();
    if (!answers || answers.size >= MAX_QUESTIONS) {
      answers = new Map();
      this.#ofDay.set(mechanics, answers);
    }
    answers.set(key, { from: now, until: validUntil(mechanics, now), answer });
    return answer;
  }
}

function validUntil(mechanics: MechanicsOfDay, now: number): number {
  // Starts are compared with the present minute, rounded up.
  let until = Math.ceil(now / MINUTE_MS) * MINUTE_MS + 1;
  for (const { busy, previous_busy, next_busy } of Object.values(mechanics)) {
    for (const list of [busy, previous_busy, next_busy]) {
      for (const { expires_at } of list ?? []) {
        if (expires_at !== null && expires_at > now && expires_at < until) until = expires_at;
      }
    }
  }
  return until;
}
