import { EmulatorClient, type Fault } from "@slotbay/firestore-emulator";
import { deleteApp, initializeApp, type App } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOCAL_PROJECT } from "../../scripts/support/local-project.ts";
import type { Random } from "../../scripts/demo-data/random.ts";
import { startApi, startEmulator, type ApiProcess, type EmulatorProcess } from "../support/servers.ts";

const FLAGS = [
  "--rules",
  "firestore.rules",
  "--indexes",
  "firestore.indexes.json",
  "--project_id",
  LOCAL_PROJECT,
];

/** What goes wrong between the API and Firestore, beside crashes. */
const FAULTS: readonly Fault[] = [
  { method: "*", probability: 0.05, effect: "LATENCY", latency_ms: 20 },
  { method: "Commit", probability: 0.03, effect: "ABORTED" },
  { method: "Commit", probability: 0.02, effect: "UNAVAILABLE" },
  { method: "Commit", probability: 0.03, effect: "LOSE_ANSWER" },
  { method: "Commit", probability: 0.002, effect: "DROP_CONNECTION" },
  { method: "BatchGetDocuments", probability: 0.01, effect: "UNAVAILABLE" },
  { method: "RunQuery", probability: 0.01, effect: "DEADLINE_EXCEEDED" },
];

/** One emulator and several API processes that can be killed and come back at the same addresses. */
export class Cluster {
  readonly #apps: App[] = [];
  readonly #hostBefore = process.env.FIRESTORE_EMULATOR_HOST;

  private constructor(
    private emulator: EmulatorProcess,
    private readonly apis: ApiProcess[],
    private readonly folder: string,
    private readonly seed: number,
  ) {}

  static async start(apiCount: number, seed: number): Promise<Cluster> {
    const emulator = await startEmulator(FLAGS);
    const folder = await mkdtemp(join(tmpdir(), "slotbay-soak-"));
    const cluster = new Cluster(emulator, [], folder, seed);
    const apis = Array.from({ length: apiCount }, () => cluster.#startApi(0));
    cluster.apis.push(...(await Promise.all(apis)));
    return cluster;
  }

  /** A client of the emulator as it is now. The library looks at the variable when it sends its first request. */
  open(): Firestore {
    process.env.FIRESTORE_EMULATOR_HOST = this.emulator.host;
    const app = initializeApp({ projectId: LOCAL_PROJECT }, `soak-${Date.now()}-${this.#apps.length}`);
    this.#apps.push(app);
    return getFirestore(app);
  }

  anyUrl(random: Random): string {
    return random.pick(this.apis).url;
  }

  async setFaults(on: boolean): Promise<void> {
    const client = new EmulatorClient(this.emulator.host, LOCAL_PROJECT);
    if (on) await client.setFaults({ seed: this.seed, faults: FAULTS });
    else await client.clearFaults();
  }

  /** Kills one API process in the middle of whatever it is doing, and starts another at its address. */
  async crashApi(random: Random): Promise<void> {
    const index = random.below(this.apis.length);
    const victim = this.apis[index];
    if (!victim) return;
    victim.signal("SIGKILL");
    await victim.exited;
    this.apis[index] = await this.#startApi(Number(new URL(victim.url).port));
  }

  /**
   * Exports, kills the emulator, and starts it from the export. `quiet` resolves when no client waits for an answer:
   * what is granted must be in the export. `resume` lets clients go on while nothing answers the API.
   */
  async restartEmulator(quiet: () => Promise<void>, resume: () => void): Promise<void> {
    await quiet();
    const { host } = this.emulator;
    await this.setFaults(false);
    const exported = await fetch(`http://${host}/emulator/v1/projects/${LOCAL_PROJECT}:export`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ export_directory: this.folder }),
    });
    const { metadata_file } = (await exported.json()) as { metadata_file: string };
    this.emulator.signal("SIGKILL");
    await this.emulator.exited;
    resume();
    const port = host.slice(host.lastIndexOf(":") + 1);
    this.emulator = await startEmulator([...FLAGS, "--port", port, "--seed_from_export", metadata_file]);
    await this.setFaults(true);
  }

  /** Ends the API processes, so that nothing is written any more. */
  async stopApis(): Promise<void> {
    await Promise.all(this.apis.map((api) => api.stop(1_000)));
  }

  async stop(): Promise<void> {
    await this.stopApis();
    await Promise.all(this.#apps.map((app) => deleteApp(app)));
    if (this.#hostBefore === undefined) delete process.env.FIRESTORE_EMULATOR_HOST;
    else process.env.FIRESTORE_EMULATOR_HOST = this.#hostBefore;
    await this.emulator.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #startApi(port: number): Promise<ApiProcess> {
    const env = {
      FIRESTORE_EMULATOR_HOST: this.emulator.host,
      GCLOUD_PROJECT: LOCAL_PROJECT,
      BOOKING_DEADLINE_SECONDS: "2",
    };
    return startApi({ port, env });
  }
}
