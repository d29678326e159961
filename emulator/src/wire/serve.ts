import { setTimeout as delay } from "node:timers/promises";
import type { EmulatorState } from "../state/emulator-state.ts";
import type { Fault } from "../faults/fault-plan.ts";
import { callerFromHeader } from "../caller.ts";
import type { Call } from "../methods/call.ts";
import type { Connections } from "./connections.ts";
import { StatusError, invalidArgument } from "../status.ts";
import type { Metadata } from "@grpc/grpc-js";

/** The data of a request besides its message. */
export interface Envelope {
  readonly method: string;
  readonly metadata: Metadata;
  readonly peer: string;
}

export function envelopeOf(method: string, grpcCall: { metadata: Metadata; getPeer(): string }): Envelope {
  return { method, metadata: grpcCall.metadata, peer: grpcCall.getPeer() };
}

/** The state of the emulator and the connections of its port, shared by all calls. */
export interface Serving {
  readonly state: EmulatorState;
  readonly connections: Connections;
}

/** Opens the database a request names, and counts the call. */
export function openCall({ state }: Serving, { method, metadata }: Envelope, request: object): Call {
  const open = state.open(databaseNameOf(request));
  open.project.meter.call(method);
  return {
    method,
    open,
    caller: callerFromHeader(metadata.get("authorization")[0]?.toString()),
    begun: undefined,
  };
}

/** Runs a request with the faults set for its method. */
export async function withFaults<T>(
  { connections }: Serving,
  { method, peer }: Envelope,
  call: Call,
  run: () => T | Promise<T>,
): Promise<T> {
  const faults = call.open.project.faults?.faultsFor(method) ?? [];
  for (const fault of faults) await applyBefore(fault, () => connections.drop(peer));
  const response = await run();
  if (faults.some((fault) => fault.effect === "LOSE_ANSWER")) {
    throw new StatusError("UNAVAILABLE", `Injected fault: the answer of ${method} was lost.`);
  }
  return response;
}

async function applyBefore(fault: Fault, dropConnection: () => void): Promise<void> {
  if (fault.latency_ms) await delay(fault.latency_ms);
  switch (fault.effect) {
    case "LATENCY":
    case "LOSE_ANSWER":
      return;
    case "DROP_CONNECTION":
      dropConnection();
      throw new StatusError("UNAVAILABLE", "Injected fault: the connection was dropped.");
    default:
      throw new StatusError(fault.effect, `Injected fault: ${fault.effect}.`);
  }
}

interface RoutedRequest {
  readonly database?: string;
  readonly parent?: string;
  readonly name?: string;
  readonly document?: { readonly name?: string };
}

const DATABASE_PREFIX = /^projects\/[^/]+\/databases\/[^/]+/;

/** @throws StatusError INVALID_ARGUMENT when the request names no database */
function databaseNameOf(request: RoutedRequest): string {
  const name = request.database || request.parent || request.name || request.document?.name || "";
  const match = DATABASE_PREFIX.exec(name);
  if (!match) throw invalidArgument(`The request names no database: "${name}".`);
  return match[0];
}
