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
  /** Address to listen on; loopback unless told otherwise. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The project the returned client speaks for; every other one is served as well. */
  readonly projectId?: string;
  /** Path of a security rules file; without one everything is allowed. */
  readonly rules?: string;
  /** Path of a firestore.indexes.json; without one no query is refused for want of an index. */
  readonly indexes?: string;
  /** Where document events go. */
  readonly functionsEmulator?: TriggerTarget;
  /** Path of an export to begin with. */
  readonly seedFromExport?: string;
  /** How long a writer waits for another transaction's locks, in milliseconds. */
  readonly lockTimeoutMillis?: number;
  /** Whether transactions that wait for each other are told so at once; they are unless this is false. */
  readonly breakDeadlocks?: boolean;
}

export interface RunningEmulator {
  /** `host:port`, as `FIRESTORE_EMULATOR_HOST` wants it. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly projectId: string;
  /** Meter, faults and data of the project. */
  readonly client: EmulatorClient;
  /** Resolves when the port is closed and every connection is gone. */
  stop(): Promise<void>;
  /** Resolves when somebody has asked for a shutdown over HTTP. */
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
