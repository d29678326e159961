import { startChild, type Child } from "./child.ts";

export interface EmulatorProcess extends Child {
  /** `host:port`, as FIRESTORE_EMULATOR_HOST wants it. */
  readonly host: string;
}

/** Starts a Firestore emulator of its own on a free port, with the project's rules and indexes. */
export async function startEmulator(flags: readonly string[] = PROJECT_FLAGS): Promise<EmulatorProcess> {
  const child = await startChild({
    args: ["emulator/dist/main.js", "--host", "127.0.0.1", "--port", "0", ...flags],
    ready: /Firestore emulator listening on (\S+)/,
  });
  return { ...child, host: child.match[1] ?? "" };
}

const PROJECT_FLAGS = ["--rules", "firestore.rules", "--indexes", "firestore.indexes.json"];

export interface ApiProcess extends Child {
  /** Without a slash at the end. */
  readonly url: string;
}

/**
 * Starts `npm run api` on a free port (or `port`), with the function `api` unless another is named. Which Firestore it uses is FIRESTORE_EMULATOR_HOST of `env`, else of this
 * process. The process is the server itself, so killing it is a crash of the server.
 */
export async function startApi({ name = "api", port = 0, env = {} }: ApiOptions = {}): Promise<ApiProcess> {
  const child = await startChild({
    args: ["scripts/run.mjs", "api", "--function", name, "--port", String(port)],
    ready: /(?:api|streams) listening on (\S+)/,
    env: { RATE_LIMITS: "off", ...env },
  });
  return { ...child, url: child.match[1] ?? "" };
}

export interface ApiOptions {
  readonly name?: "api" | "streams";
  readonly port?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}
