import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { LOCAL_PROJECT } from "../support/local-project.ts";
import { root } from "../support/root.mjs";
import { isReachable } from "../support/reachable.ts";
import { guardAgainstSuddenDeath } from "./watchdog.ts";
import { configuredPorts, configWithPorts, LISTENERS, type Ports } from "./ports.ts";

/** firebase-tools gives the Firestore emulator 4 s and the functions' workers about as long. */
const STOP_MS = 20_000;
const EMULATOR_WATCH_MS = 1_000;

export interface SuiteOptions {
  readonly ports: Ports;
  /** Folder that data is loaded from and saved to on a clean stop; null keeps nothing. */
  readonly dataFolder: string | null;
  readonly logFile: string;
  /** Receives firebase-tools' warnings and errors, a line each. */
  readonly onWarning: (line: string) => void;
}

/** The Emulator Suite as firebase-tools runs it: hosting, functions, auth, and our Firestore in place of the official one. */
export class Suite {
  /** Resolves with the reason once the suite has ended or lost a part, whether asked to stop or not. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly configFile: string | null;
  private readonly dismissWatchdog: () => void;
  private stopping = false;
  private ready = false;
  private lastError = "";

  constructor(private readonly options: SuiteOptions) {
    // Apart per process: firebase-tools finds "the" suite of a project by a file in the temporary folder, and keeps
    // its settings in the user's home, where a login or an opt-in to usage reports may be.
    this.folder = join(root, ".cache", `suite-${process.pid}`);
    mkdirSync(this.folder, { recursive: true });
    this.configFile = writeConfig(options.ports, this.parametersFolder());
    this.child = spawn(process.execPath, this.arguments(), {
      cwd: root,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in the terminal reaches only us, and we decide how firebase-tools ends.
      detached: true,
    });
    const leftovers = [this.folder, ...(this.configFile === null ? [] : [this.configFile])];
    this.dismissWatchdog = guardAgainstSuddenDeath(this.child.pid ?? 0, this.emulatorPidFile, leftovers);
    const log = createWriteStream(options.logFile);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.read(line, log));
    }
    this.ended = Promise.race([this.childExit(), this.emulatorDeath()]);
  }

  /** Whether firebase-tools has reported that everything is up. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Whether Firestore answers, which it does long before everything is up. */
  get hasFirestore(): Promise<boolean> {
    return this.emulatorPid() === 0
      ? Promise.resolve(false)
      : isReachable(`127.0.0.1:${this.options.ports.firestore}`);
  }

  /** Asks firebase-tools to end (saving data on the way), and ends by force whatever remains after that. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.isAlive()) {
      this.child.kill("SIGINT");
      const deadline = performance.now() + STOP_MS;
      while (this.isAlive() && performance.now() < deadline) await sleep(50);
    }
    this.kill();
  }

  /** Ends every process of the suite at once and removes what it left behind. Safe to call twice. */
  kill(): void {
    this.dismissWatchdog();
    signalIfAlive(-(this.child.pid ?? 0));
    signalIfAlive(this.emulatorPid());
    rmSync(this.folder, { recursive: true, force: true });
    if (this.configFile) rmSync(this.configFile, { force: true });
  }

  /**
   * Returns the folder, relative to the project's, with the functions' parameters where the shell sets one; null where it
   * sets none. The Firebase CLI reads them from files only.
   */
  private parametersFolder(): string | null {
    const set = FROM_THE_SHELL.filter((name) => process.env[name] !== undefined);
    if (set.length === 0) return null;
    const usual = join(root, "functions/.env.local");
    const kept = (existsSync(usual) ? readFileSync(usual, "utf8").split("\n") : []).filter(
      (line) => !set.some((name) => line.startsWith(`${name}=`)),
    );
    const folder = join(this.folder, "parameters");
    mkdirSync(folder, { recursive: true });
    const lines = [...kept, ...set.map((name) => `${name}=${process.env[name]}`), ""];
    writeFileSync(join(folder, ".env.local"), lines.join("\n"));
    return relative(root, folder);
  }

  private arguments(): string[] {
    const firebase = join(root, "tools/firebase-tools/node_modules/firebase-tools/lib/bin/firebase.js");
    const { dataFolder } = this.options;
    return [
      ...["--import", pathToFileURL(join(root, "scripts/start/lazy-auth-schemas.mjs")).href],
      firebase,
      "emulators:start",
      ...["--project", LOCAL_PROJECT, "--only", "functions,firestore,auth,hosting", "--non-interactive"],
      ...["--config", this.configFile ?? join(root, "firebase.json")],
      ...(dataFolder === null ? [] : [`--import=${dataFolder}`, `--export-on-exit=${dataFolder}`]),
    ];
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${join(root, "scripts/java-launcher")}:${process.env.PATH ?? ""}`,
      FIRESTORE_EMULATOR_BINARY_PATH: join(root, "emulator/dist/main.js"),
      SLOTBAY_NODE: process.execPath,
      SLOTBAY_EMULATOR_PID_FILE: this.emulatorPidFile,
      SLOTBAY_INDEXES: join(root, "firestore.indexes.json"),
      // Stops firebase-tools' remote message; the two others stop its check for updates and keep it out of the home folder.
      CI: "1",
      NO_UPDATE_NOTIFIER: "1",
      XDG_CONFIG_HOME: this.folder,
      TMPDIR: this.folder,
      METADATA_SERVER_DETECTION: "none",
      // The Firebase CLI sets no such variable, and overwrites those of parameters.
      FUNCTIONS_EMULATOR_HOST: `127.0.0.1:${this.options.ports.functions}`,
      // Every call in flight has a Node process of its own there; its default of 50 brings a laptop to its knees.
      FUNCTIONS_EMULATOR_PARALLEL: process.env.FUNCTIONS_EMULATOR_PARALLEL ?? "8",
    };
  }

  private read(line: string, log: NodeJS.WritableStream): void {
    log.write(`${line}\n`);
    const plain = stripColours(line);
    if (plain.includes("All emulators ready")) this.ready = true;
    if (/^\s*(⚠|✖|Error:|\[error\])/u.test(plain)) {
      if (!EXPECTED.some((pattern) => pattern.test(plain))) {
        this.lastError = plain;
        if (!this.stopping) this.options.onWarning(plain);
      }
    }
  }

  private childExit(): Promise<string> {
    return new Promise((resolve) => {
      this.child.once("error", (error) => resolve(`firebase-tools could not be started: ${error.message}`));
      this.child.once("close", (code, signal) => {
        resolve(
          `firebase-tools ended (${signal ?? `code ${code}`})${this.lastError ? `: ${this.lastError}` : ""}`,
        );
      });
    });
  }

  /** firebase-tools only mentions it when a signal ends the Firestore emulator; the rest is of no use without it. */
  private async emulatorDeath(): Promise<string> {
    for (;;) {
      await sleep(EMULATOR_WATCH_MS, undefined, { ref: false });
      const pid = this.emulatorPid();
      if (pid !== 0 && !isRunning(pid) && !this.stopping) return "the Firestore emulator ended";
    }
  }

  private get emulatorPidFile(): string {
    return join(this.folder, "emulator.pid");
  }

  private emulatorPid(): number {
    try {
      return Number(readFileSync(this.emulatorPidFile, "utf8"));
    } catch {
      return 0;
    }
  }

  private isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}

/** The parameters of the functions that `npm start` takes from its environment, as `npm run api` does. */
const FROM_THE_SHELL = ["RATE_LIMITS"];

/** Warnings that say what this set-up intends. */
const EXPECTED = [
  /Env variable override detected/,
  /Your requested "node" version/,
  /You are not (signed in|currently authenticated)/,
  /The Emulator UI is not starting/,
];

/**
 * Writes a configuration with the ports and the folder of the functions' parameters; returns null when firebase.json itself
 * will do. A configuration must lie in the project's top folder.
 */
function writeConfig(ports: Ports, parametersFolder: string | null): string | null {
  const configured = configuredPorts();
  const hasPorts = LISTENERS.every((listener) => ports[listener] === configured[listener]);
  if (hasPorts && parametersFolder === null) return null;
  const { functions, ...rest } = configWithPorts(ports);
  const withParameters = functions.map((one) => ({
    ...one,
    ...(parametersFolder !== null && { configDir: parametersFolder }),
  }));
  const file = join(root, `.firebase-${process.pid}.json`);
  writeFileSync(file, JSON.stringify({ ...rest, functions: withParameters }, null, 2));
  return file;
}

function stripColours(line: string): string {
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A negative id means the process group; 0 would mean our own, so it means nobody here. */
function signalIfAlive(pid: number): void {
  if (pid !== 0 && isRunning(pid)) process.kill(pid, "SIGKILL");
}
