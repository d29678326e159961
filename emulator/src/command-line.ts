import { parseArgs } from "node:util";
import type { EmulatorOptions } from "./index.ts";

const HELP_HINT = "See the README for the options.";

interface CommandLine {
  readonly options: EmulatorOptions;
  /** One message per unknown option. */
  readonly notices: readonly string[];
}

/**
 * Parses the command line. Options that firebase-tools passes to the official emulator are accepted without effect;
 * unknown options are ignored with a notice.
 * @throws Error for an invalid value
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false, allowPositionals: true });
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const indexes = values["no-require-indexes"] ? undefined : text("indexes");
  const functions = text("functions_emulator");
  const lockTimeout = text("lock-timeout");
  const options = withoutUndefined({
    host: text("host"),
    port: parsePort("--port", text("port") ?? "8080"),
    projectId: text("project_id"),
    rules: text("rules"),
    indexes,
    seedFromExport: text("seed_from_export"),
    functionsEmulator: functions === undefined ? undefined : parseTarget(functions),
    lockTimeoutMillis: lockTimeout === undefined ? undefined : parseSeconds("--lock-timeout", lockTimeout),
    breakDeadlocks: values["no-break-deadlocks"] ? false : undefined,
  });
  return { options, notices: noticesFor(Object.keys(values)) };
}

const OPTIONS = {
  host: { type: "string" },
  port: { type: "string" },
  project_id: { type: "string" },
  rules: { type: "string" },
  indexes: { type: "string" },
  "no-require-indexes": { type: "boolean" },
  seed_from_export: { type: "string" },
  functions_emulator: { type: "string" },
  "lock-timeout": { type: "string" },
  "no-break-deadlocks": { type: "boolean" },
  // Passed by firebase-tools at every start; without effect here.
  websocket_port: { type: "string" },
  webchannel_port: { type: "string" },
  single_project_mode: { type: "string" },
  single_project_mode_error: { type: "string" },
  "database-edition": { type: "string" },
} as const;

function noticesFor(names: readonly string[]): string[] {
  return names
    .filter((name) => !Object.hasOwn(OPTIONS, name))
    .map((name) => `Ignoring --${name}: this emulator has no such option. ${HELP_HINT}`);
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} must be a port number, not "${text}".`);
}

/** Converts a number of seconds, such as `2` or `0.5`, to milliseconds. */
function parseSeconds(name: string, text: string): number {
  const seconds = Number(text);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds * 1_000;
  throw new Error(`${name} must be a number of seconds, not "${text}".`);
}

function parseTarget(text: string): { host: string; port: number } {
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (!url?.port) throw new Error(`--functions_emulator must be host:port, not "${text}".`);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) };
}

function withoutUndefined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
