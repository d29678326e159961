import type { SlotRules } from "../../engine/types.ts";
import { millis, type Millis, toMillis } from "../../engine/units.ts";
import type { MechanicsOfDay } from "../day/day.ts";
import { firstMinuteFrom } from "./slot-rules.ts";

const MAX_QUESTIONS = 32;
/** The most slots in all remembered answers together; one takes about a hundred bytes. */
const MAX_SLOTS = 40_000;

interface Remembered {
  /** The same question has this answer in `[from, until)`. */
  readonly from: Millis;
  readonly until: Millis;
  readonly answer: unknown;
}

/**
 * Remembers the answers computed from a day, as long as the day's object lives. The same question about unchanged
 * content has the same answer until the minute ends (a start may then be too soon) or a hold expires.
 */
export class RememberedSlots {
  #ofDay = new WeakMap<MechanicsOfDay, Map<string, Remembered>>();
  #slots = 0;

  /** Returns the remembered answer, else computes it. It must depend only on the day, `rules` and `question`. */
  of<T extends readonly unknown[]>(
    mechanics: MechanicsOfDay,
    rules: SlotRules,
    question: readonly unknown[],
    compute: () => T,
  ): T {
    const { now, ...timeless } = rules;
    const key = JSON.stringify([timeless, question]);
    let answers = this.#ofDay.get(mechanics);
    const known = answers?.get(key);
    if (known && known.from <= now && now < known.until) return known.answer as T;
    const answer = compute();
    this.#slots += answer.length;
    if (this.#slots > MAX_SLOTS) {
      this.#ofDay = new WeakMap();
      this.#slots = answer.length;
      answers = undefined;
    }
    if (!answers || answers.size >= MAX_QUESTIONS) {
      answers = new Map();
      this.#ofDay.set(mechanics, answers);
    }
    answers.set(key, { from: now, until: validUntil(mechanics, now), answer });
    return answer;
  }
}

function validUntil(mechanics: MechanicsOfDay, now: Millis): Millis {
  // A start at a full minute is bookable up to that instant, so the answer changes one millisecond later.
  let until = toMillis(firstMinuteFrom(now)) + 1;
  for (const { busy, previous_busy, next_busy } of Object.values(mechanics)) {
    for (const list of [busy, previous_busy, next_busy]) {
      for (const { expires_at } of list ?? []) {
        if (expires_at !== null && expires_at > now && expires_at < until) until = expires_at;
      }
    }
  }
  return millis(until);
}
