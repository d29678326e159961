import { adminRoutes } from "./admin/routes.ts";
import { importProject } from "./admin/export.ts";
import { EmulatorState } from "./state/emulator-state.ts";
import { requestListener } from "./admin/router.ts";
import { EmulatorClient } from "./admin/client.ts";
import { loadIndexDefinitions, loadRules } from "./load-files.ts";
import { DEFAULT_TRANSACTION_LIMITS } from "./transactions/transactions.ts";
import type { TriggerTarget } from "./triggers/triggers.ts";
import { Connections } from "./wire/connections.ts";
import { openPort } from "./wire/port.ts";

export { EmulatorClient } from "./admin/client.ts";
export type { MethodUsage, Usage } from "./state/meter.ts";
export type { Fault, FaultEffect, FaultSettings } from "./faults/fault-plan.ts";

export interface EmulatorOptions {
  /** The address to listen on; loopback by default. */
  readonly host?: string;
  /** The port to listen on; 0, the default, selects a free one. */
  readonly port?: number;
  /** The project of the returned client and of the seed; requests may name any project. */
  readonly projectId?: string;
  /** The path of a security rules file; without one everything is allowed. */
  readonly rules?: string;
  /** The path of a firestore.indexes.json; without one no query is refused for a missing index. */
  readonly indexes?: string;
  /** The functions emulator that receives document events. */
  readonly functionsEmulator?: TriggerTarget;
  /** The metadata file of an export to load at the start. */
  readonly seedFromExport?: string;
  /** How long a writer waits for another transaction's locks, in milliseconds. */
  readonly lockTimeoutMillis?: number;
  /** Whether to abort one of two transactions that wait for each other at once; true by default. */
  readonly breakDeadlocks?: boolean;
}

export interface RunningEmulator {
  /** `host:port`, the value for `FIRESTORE_EMULATOR_HOST`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly projectId: string;
  /** The client of the admin endpoints, for the project. */
  readonly client: EmulatorClient;
  /** Resolves when the port and every connection are closed. */
  stop(): Promise<void>;
  /** Resolves when a shutdown has been requested over HTTP. */
  readonly shutdownRequested: Promise<void>;
}

const DEFAULT_PROJECT_ID = "demo-firestore";

/** Starts an emulator in this process. */
export async function startFirestoreEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const projectId = options.projectId ?? DEFAULT_PROJECT_ID;
  const state = new EmulatorState({
    indexes: options.indexes === undefined ? undefined : loadIndexDefinitions(options.indexes),
    ruleset: options.rules === undefined ? undefined : loadRules(options.rules),
    limits: {
      ...DEFAULT_TRANSACTION_LIMITS,
      ...(options.lockTimeoutMillis === undefined ? {} : { timeoutMillis: options.lockTimeoutMillis }),
      ...(options.breakDeadlocks === undefined ? {} : { breakDeadlocks: options.breakDeadlocks }),
    },
    triggerTarget: options.functionsEmulator,
  });
  if (options.seedFromExport !== undefined) importProject(state, projectId, options.seedFromExport);
  let requestShutdown = () => {};
  const shutdownRequested = new Promise<void>((resolve) => (requestShutdown = resolve));
  const connections = new Connections();
  const listener = requestListener(adminRoutes(state, requestShutdown));
  const address = { host: options.host ?? "127.0.0.1", port: options.port ?? 0 };
  const port = await openPort({ state, connections }, listener, address);
  return {
    address: hostAndPort(port),
    host: port.host,
    port: port.port,
    projectId,
    client: new EmulatorClient(hostAndPort(port), projectId),
    shutdownRequested,
    stop: async () => {
      state.close();
      await port.close();
    },
  };
}

function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
