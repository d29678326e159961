import type { FaultSettings } from "../faults/fault-plan.ts";
import type { Usage } from "../state/meter.ts";

/** The client of the admin endpoints of a running emulator, for one project. */
export class EmulatorClient {
  readonly #base: string;
  readonly #projectId: string;

  /** @param address `host:port` */
  constructor(address: string, projectId: string) {
    this.#base = `http://${address}`;
    this.#projectId = projectId;
  }

  /** The billed usage of the requests since the start or the last reset. */
  async usage(): Promise<Usage> {
    return (await this.#send("GET", "/usage")) as Usage;
  }

  async resetUsage(): Promise<void> {
    await this.#send("DELETE", "/usage");
  }

  /** Replaces all faults. */
  async setFaults(settings: FaultSettings): Promise<void> {
    await this.#send("PUT", "/faults", settings);
  }

  async clearFaults(): Promise<void> {
    await this.#send("DELETE", "/faults");
  }

  /** Deletes every document of a database. */
  async clearDocuments(databaseId = "(default)"): Promise<void> {
    await this.#send("DELETE", `/databases/${databaseId}/documents`);
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#base}/emulator/v1/projects/${this.#projectId}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
