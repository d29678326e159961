import { EventEmitter, once } from "node:events";
import type { Firestore } from "firebase-admin/firestore";

/** Holds what passes until it is opened, and tells when something has arrived. */
export class Gate {
  readonly #bell = new EventEmitter();
  readonly #opened = once(this.#bell, "opened");
  /** Resolves when the first one stands before the gate. */
  readonly reached = once(this.#bell, "reached");

  open(): void {
    this.#bell.emit("opened");
  }

  async pass(): Promise<void> {
    this.#bell.emit("reached");
    await this.#opened;
  }
}

type RunTransaction = Firestore["runTransaction"];

/**
 * The same Firestore, whose read-only transactions (generations, that is) have read everything but do not end before
 * the gate is opened: what they return is by then as old as the test wants it.
 */
export function holdGenerations(db: Firestore, gate: Gate): Firestore {
  const runTransaction: RunTransaction = async (body, options) => {
    const result = await db.runTransaction(body, options);
    if (options?.readOnly) await gate.pass();
    return result;
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === "runTransaction") return runTransaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
