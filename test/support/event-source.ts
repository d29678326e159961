import { setTimeout as sleep } from "node:timers/promises";

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly slots: readonly StreamedSlot[]; readonly [field: string]: unknown };
  /** `performance.now()` of its arrival. */
  readonly at: number;
}

export interface StreamedSlot {
  readonly id: string;
  readonly start: string;
  readonly mechanic_id: string;
}

/** What a browser's EventSource does, without reconnecting by itself. */
export class EventClient {
  readonly events: ServerEvent[] = [];
  /** Everything received, comments included. */
  text = "";
  lastId: string | undefined;
  isClosed = false;
  readonly #abort = new AbortController();
  #taken = 0;

  private constructor(readonly response: Response) {}

  static async connect(
    url: string,
    lastId?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<EventClient> {
    const abort = new AbortController();
    const last = lastId !== undefined && { "last-event-id": lastId };
    const headers = { "accept-encoding": "gzip", ...more, ...last };
    const client = new EventClient(await fetch(url, { headers, signal: abort.signal }));
    client.#abort.signal.addEventListener("abort", () => abort.abort());
    client.lastId = lastId;
    void client.#read().catch(() => undefined);
    return client;
  }

  /** The next event that has not been taken yet. */
  async next(timeoutMs = 5_000): Promise<ServerEvent> {
    for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await sleep(2)) {
      const event = this.events[this.#taken];
      if (event) {
        this.#taken += 1;
        return event;
      }
    }
    throw new Error(`no event within ${timeoutMs} ms; so far:\n${this.text}`);
  }

  /** Whether nothing comes for a while. */
  async isQuiet(milliseconds = 300): Promise<boolean> {
    await sleep(milliseconds);
    return this.events.length === this.#taken;
  }

  /** Resolves when the server has closed the stream. */
  async closed(timeoutMs = 5_000): Promise<void> {
    for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await sleep(5)) {
      if (this.isClosed) return;
    }
    throw new Error("still open");
  }

  /** Goes away. */
  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        const text = decoder.decode(chunk, { stream: true });
        this.text += text;
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
      }
    } finally {
      this.isClosed = true;
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)] as const;
      }),
    );
    const id = fields.get("id");
    if (id !== undefined) this.lastId = id;
    const event = fields.get("event");
    if (event === undefined) return;
    const data = JSON.parse(fields.get("data") ?? "") as ServerEvent["data"];
    this.events.push({ event, id, data, at: performance.now() });
  }
}

/** What a page makes of the events: the free slots by id. */
export function applied(events: readonly ServerEvent[]): string[] {
  let slots = new Map<string, StreamedSlot>();
  for (const { event, data } of events) {
    if (event === "slots") slots = new Map();
    for (const slot of data.slots) {
      if (event === "removed") slots.delete(slot.id);
      else slots.set(slot.id, slot);
    }
  }
  return [...slots.keys()].sort();
}
