import { invalidArgument } from "../status.ts";

export const FAULT_EFFECTS = [
  "ABORTED",
  "UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "LATENCY",
  "LOSE_ANSWER",
  "DROP_CONNECTION",
] as const;

export type FaultEffect = (typeof FAULT_EFFECTS)[number];

/** A fault injected into calls of one method (`*` for every method) with the given probability. */
export interface Fault {
  readonly method: string;
  /** 0 to 1 */
  readonly probability: number;
  readonly effect: FaultEffect;
  /** The delay of LATENCY; any other effect happens after this delay. */
  readonly latency_ms?: number;
}

/** The same seed gives the same decisions for the same sequence of calls. */
export interface FaultSettings {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** Selects the faults of each call. */
export class FaultPlan {
  readonly #faults: readonly Fault[];
  readonly #random: () => number;

  constructor(settings: FaultSettings) {
    this.#faults = settings.faults;
    this.#random = seededRandom(settings.seed);
  }

  /** The faults of this call, in the order of the settings. */
  faultsFor(method: string): Fault[] {
    return this.#faults.filter(
      (fault) => (fault.method === method || fault.method === "*") && this.#random() < fault.probability,
    );
  }
}

/**
 * Parses the settings in a request body.
 * @throws StatusError INVALID_ARGUMENT that names the invalid part
 */
export function parseFaultSettings(body: unknown): FaultSettings {
  const { seed = 0, faults } = (body ?? {}) as { seed?: unknown; faults?: unknown };
  if (typeof seed !== "number" || !Number.isFinite(seed)) throw invalidArgument("seed must be a number");
  if (!Array.isArray(faults)) throw invalidArgument("faults must be a list");
  return { seed, faults: faults.map(parseFault) };
}

function parseFault(entry: unknown, index: number): Fault {
  const { method, probability, effect, latency_ms } = (entry ?? {}) as Record<string, unknown>;
  const where = `faults[${index}]`;
  if (typeof method !== "string" || method === "")
    throw invalidArgument(`${where}.method must name a method`);
  if (typeof probability !== "number" || !(probability >= 0 && probability <= 1)) {
    throw invalidArgument(`${where}.probability must lie between 0 and 1`);
  }
  if (!FAULT_EFFECTS.includes(effect as FaultEffect)) {
    throw invalidArgument(`${where}.effect must be one of ${FAULT_EFFECTS.join(", ")}`);
  }
  if (latency_ms !== undefined && !(typeof latency_ms === "number" && latency_ms >= 0)) {
    throw invalidArgument(`${where}.latency_ms must be a number of milliseconds`);
  }
  return {
    method,
    probability,
    effect: effect as FaultEffect,
    ...(latency_ms === undefined ? {} : { latency_ms: latency_ms }),
  };
}

/** mulberry32: small, fast, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
