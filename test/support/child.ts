import { spawn, type ChildProcess } from "node:child_process";
import { root } from "../../scripts/support/root.mjs";

/** A slotbay command running as a process of its own. */
export interface Child {
  readonly pid: number;
  /** What the first `ready` match captured. */
  readonly match: RegExpExecArray;
  /** Everything it wrote so far, stdout and stderr together. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end (SIGTERM), and after `graceMs` makes it; resolves when it has. Safe to call twice. */
  stop(graceMs?: number): Promise<number | NodeJS.Signals>;
}

export interface ChildOptions {
  readonly args: readonly string[];
  /** The Node to run; by default the one that runs the tests. */
  readonly node?: string;
  /** Matched against all output so far; the child is ready when it matches. */
  readonly ready: RegExp;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  /** Gives it a process group of its own, as a terminal does. */
  readonly detached?: boolean;
}

const running = new Set<ChildProcess>();
// A worker that vitest ends early must not leave servers behind.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
process.once("SIGTERM", () => process.exit(143));

/** Starts `node ARGS` in the repository and resolves once it is ready. Rejects, with its output, if it ends or is late. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = spawn(options.node ?? process.execPath, options.args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.detached ?? false,
  });
  running.add(child);
  let output = "";
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal ?? code ?? 1));
  }).finally(() => running.delete(child));
  const match = await untilReady();
  return {
    pid: child.pid ?? 0,
    match,
    output: () => output,
    exited,
    signal: (signal) => void child.kill(signal),
    async stop(graceMs = 10_000) {
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), graceMs);
      return exited.finally(() => clearTimeout(forced));
    },
  };

  function untilReady(): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void =>
        reject(new Error(`${options.args.join(" ")} ${reason}:\n${output}`));
      const late = setTimeout(() => {
        child.kill("SIGKILL");
        fail("was not ready in time");
      }, options.timeoutMs ?? 30_000);
      let isReady = false;
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        // Looking on would read everything again with every line that a busy server writes.
        if (isReady) return;
        const found = options.ready.exec(output);
        if (!found) return;
        isReady = true;
        clearTimeout(late);
        resolve(found);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      exited.then((code) => fail(`ended (${code})`), reject).finally(() => clearTimeout(late));
    });
  }
}
