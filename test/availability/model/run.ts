import type { Project } from "../../support/firestore.ts";
import type { Instance } from "../../support/instance.ts";
import type { Change, Operation, Read } from "./operations.ts";
import { bookingsOf, EMPTY, freeOn, isFree, SERVICES, strandedBy, DAYS } from "./shop-model.ts";
import type { ModelState, Taken } from "./shop-model.ts";
import { ShopUnderTest } from "./shop-under-test.ts";

/** The instance whose level 1 is on, and how long it may answer from it, with some room for a slow machine. */
export const REMEMBERING = 2;
export const LEVEL1_SECONDS = 1;
const LEVEL1_GRACE_MS = LEVEL1_SECONDS * 1000 + 500;

interface Secret {
  readonly id: string;
  readonly secret: string;
}

/**
 * Does one sequence of operations to a shop and to its model, and compares whatever anybody is told. Throws with the
 * operation at which they part.
 */
export class ModelRun {
  #state: ModelState = EMPTY;
  /** Earlier states, each with the moment at which it was superseded. */
  readonly #past: { readonly state: ModelState; readonly until: number }[] = [];
  readonly #bookings: Secret[] = [];
  readonly #holds: Secret[] = [];
  #exceptions = 0;
  readonly #shop: ShopUnderTest;
  readonly #clock: Instance["clock"];

  constructor(
    private readonly project: Project,
    instances: readonly [Instance, ...Instance[]],
    shopId: string,
  ) {
    this.#shop = new ShopUnderTest(project, instances, shopId);
    this.#clock = instances[0].clock;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    await this.#shop.seed();
    try {
      for (const [index, operation] of operations.entries()) {
        try {
          await this.#do(operation);
        } catch (error) {
          throw new Error(`operation ${index}, ${JSON.stringify(operation)}`, { cause: error });
        }
      }
    } finally {
      await this.project.emulator.clearFaults();
    }
  }

  async #do(operation: Operation): Promise<void> {
    switch (operation.op) {
      case "read":
        return this.#read(operation);
      case "advance":
        this.#clock.advance({ minutes: operation.minutes });
        return;
      case "faults":
        return this.#setFaults(operation.seed);
      case "race": {
        const before = this.#state;
        const reads = operation.reads.map((read) => this.#ask(read));
        await this.#change(operation.change);
        // Who asks while something changes may be told how it was or how it is, and nothing else.
        for (const check of await Promise.all(reads)) check([before, this.#state]);
        return;
      }
      default:
        return this.#change(operation);
    }
  }

  async #read(read: Read): Promise<void> {
    (await this.#ask(read))([this.#state]);
  }

  /** Asks, and returns the comparison of the answer with the states that may explain it. */
  async #ask(read: Read): Promise<(states: readonly ModelState[]) => void> {
    const askedAt = performance.now();
    const answer = await this.#shop.free(read.instance, read.day, read.service);
    return (states) => {
      if (answer === null) return;
      const recent =
        read.instance === REMEMBERING
          ? this.#past.filter((one) => one.until > askedAt - LEVEL1_GRACE_MS)
          : [];
      const possible = [...states, ...recent.map(({ state }) => state)];
      const days = read.day === null ? Array.from({ length: DAYS }, (_, day) => day) : [read.day];
      for (const [index, day] of days.entries()) {
        const said = JSON.stringify(answer[index]);
        const right = possible.map((state) =>
          JSON.stringify(freeOn(state, day, read.service, this.#clock.now())),
        );
        if (!right.includes(said)) {
          throw new Error(
            `day ${day}: answered\n${said}\nwhere the model says\n${[...new Set(right)].join("\nor\n")}`,
          );
        }
      }
    };
  }

  async #change(change: Change): Promise<void> {
    switch (change.op) {
      case "book":
      case "hold":
        return this.#take(change);
      case "cancel":
        return this.#free(this.#bookings, change.pick, ({ id, secret }) =>
          this.#shop.cancel(change.instance, id, secret),
        );
      case "release":
        return this.#free(this.#holds, change.pick, ({ id, secret }) =>
          this.#shop.release(change.instance, id, secret),
        );
      case "except": {
        const id = `exception-${(this.#exceptions += 1)}`;
        const exceptions = new Map([...this.#state.exceptions, [id, change.exception]]);
        const expected = strandedBy(this.#state, { ...this.#state, exceptions });
        if (change.pastApi) await this.#shop.writeException(id, change.exception);
        else await this.#shop.createException(change.instance, { id, exception: change.exception, expected });
        return this.#become({ exceptions });
      }
      case "unexcept": {
        const [id, was] = picked([...this.#state.exceptions], change.pick) ?? [];
        if (id === undefined || !was) return;
        const exceptions = without(this.#state.exceptions, id);
        const expected = strandedBy(this.#state, { ...this.#state, exceptions });
        if (change.pastApi) await this.#shop.writeException(id, null);
        else await this.#shop.deleteException(change.instance, { id, exception: was, expected });
        return this.#become({ exceptions });
      }
      case "reschedule": {
        const { instance, mechanic, schedule } = change;
        const schedules = { ...this.#state.schedules, [mechanic]: schedule };
        const expected = strandedBy(this.#state, { ...this.#state, schedules });
        if (change.pastApi) await this.#shop.writeSchedule(mechanic, schedule);
        else await this.#shop.setSchedule(instance, { mechanic, schedule, expected });
        return this.#become({ schedules });
      }
      case "activate":
        return this.#activate(change);
    }
  }

  async #activate({ instance, mechanic, active }: Extract<Change, { op: "activate" }>): Promise<void> {
    const inactive = new Set(this.#state.inactive);
    if (active) inactive.delete(mechanic);
    else inactive.add(mechanic);
    const leaves = !active && !this.#state.inactive.has(mechanic);
    const expected = leaves ? bookingsOf(this.#state, mechanic) : [];
    await this.#shop.setActive(instance, { mechanic, active, expected });
    this.#become({ inactive });
  }

  /** An attempt to book or to hold succeeds exactly where the model says the hour is free. */
  async #take({
    op,
    instance,
    mechanic,
    service,
    hour,
  }: Extract<Change, { op: "book" | "hold" }>): Promise<void> {
    const mayHave = isFree(this.#state, mechanic, hour, service, this.#clock.now());
    const end = hour + 1 + SERVICES[service].hoursAfter;
    let taken: Taken | null = null;
    let id = "";
    if (op === "book") {
      const booked = await this.#shop.book(instance, mechanic, service, hour);
      if (booked) {
        ({ id } = booked);
        this.#bookings.push({ id, secret: booked.manageToken });
        taken = { mechanic, start: hour, end, expiresAt: null };
      }
    } else {
      const held = await this.#shop.hold(instance, mechanic, service, hour);
      if (held) {
        ({ id } = held);
        this.#holds.push({ id, secret: held.sessionId });
        taken = { mechanic, start: hour, end, expiresAt: this.#clock.now() + 600_000 };
      }
    }
    if ((taken !== null) !== mayHave) throw new Error(`was ${taken ? "given" : "refused"} against the model`);
    if (taken) this.#become({ taken: new Map([...this.#state.taken, [id, taken]]) });
  }

  async #free(from: Secret[], pick: number, free: (one: Secret) => Promise<void>): Promise<void> {
    const one = picked(from, pick);
    if (!one) return;
    await free(one);
    from.splice(from.indexOf(one), 1);
    this.#become({ taken: without(this.#state.taken, one.id) });
  }

  #become(change: Partial<ModelState>): void {
    this.#past.push({ state: this.#state, until: performance.now() });
    this.#state = { ...this.#state, ...change };
  }

  async #setFaults(seed: number | null): Promise<void> {
    if (seed === null) return this.project.emulator.clearFaults();
    await this.project.emulator.setFaults({
      seed,
      faults: [
        { method: "Commit", probability: 0.15, effect: "LOSE_ANSWER" },
        { method: "Commit", probability: 0.1, effect: "ABORTED" },
        { method: "BatchWrite", probability: 0.3, effect: "LOSE_ANSWER" },
        { method: "BatchWrite", probability: 0.3, effect: "UNAVAILABLE" },
        { method: "RunQuery", probability: 0.05, effect: "UNAVAILABLE" },
        { method: "BatchGetDocuments", probability: 0.05, effect: "UNAVAILABLE" },
        { method: "*", probability: 0.2, effect: "LATENCY", latency_ms: 15 },
      ],
    });
  }
}

function picked<T>(from: readonly T[], pick: number): T | undefined {
  return from.length === 0 ? undefined : from[pick % from.length];
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  return new Map([...map].filter(([other]) => other !== key));
}
