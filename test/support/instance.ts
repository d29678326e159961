import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { createApp, createStreamsApp } from "../../functions/src/app.ts";
import { emulatorTokenVerifier } from "../../functions/src/platform/auth/token-verifier.ts";
import { readConfig, type Config } from "../../functions/src/config.ts";
import { createContext, type Context, type ContextOverrides } from "../../functions/src/context.ts";
import { LOCAL_PROJECT } from "../../scripts/support/local-project.ts";
import { Client } from "./client.ts";
import { TestClock } from "./clock.ts";
import type { Project } from "./firestore.ts";
import { TestUsers } from "./users.ts";

/** One instance of the function, as the platform starts several: its own memory, served over real HTTP. */
export interface Instance extends AsyncDisposable {
  readonly url: string;
  /** The address of the function `streams`. */
  readonly streamsUrl: string;
  readonly clock: TestClock;
  readonly context: Context;
  /** Speaks to this instance. */
  readonly client: Client;
  close(): Promise<void>;
}

export interface InstanceOptions extends Partial<Omit<ContextOverrides, "db" | "config" | "clock">> {
  readonly clock?: TestClock;
  readonly config?: Partial<Config>;
  /** Another way to the same documents: a wrapped client that delays or counts. */
  readonly db?: ContextOverrides["db"];
}

/** Without limits, without level 1, and with a clock that stands still, unless told otherwise. */
export async function startInstance(
  { db }: Pick<Project, "db">,
  options: InstanceOptions = {},
): Promise<Instance> {
  const clock = options.clock ?? new TestClock();
  const context = createContext({
    db,
    verifyToken: emulatorTokenVerifier(LOCAL_PROJECT, clock),
    users: new TestUsers(clock),
    ...options,
    clock,
    config: {
      ...readConfig(),
      addressHmacSecret: "test",
      rateLimits: false,
      level1Seconds: 0,
      ...options.config,
    },
  });
  const api = await listen(createServer(createApp(context)));
  const streams = await listen(createServer(createStreamsApp(context)));
  const close = async () => {
    context.level1.close();
    context.refusals.close();
    await Promise.all([api.close(), streams.close()]);
  };
  const { url } = api;
  return {
    url,
    streamsUrl: streams.url,
    clock,
    context,
    client: new Client(url),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Several instances, each with connections of its own, as the platform runs them. */
export function startInstances(
  count: number,
  project: Project,
  options: InstanceOptions = {},
): Promise<Instance[]> {
  return Promise.all(Array.from({ length: count }, () => startInstance({ db: project.connect() }, options)));
}

/** Returns a function that starts instances of a project, all of which are closed after the calling test file. */
export function instanceStarter(project: Pick<Project, "db">) {
  const instances: Instance[] = [];
  afterAll(() => Promise.all(instances.map((instance) => instance.close())));
  return async (options: InstanceOptions = {}): Promise<Instance> => {
    const instance = await startInstance(project, options);
    instances.push(instance);
    return instance;
  };
}
