import { setTimeout as sleep } from "node:timers/promises";

/** One answer, or none: then the client cannot know the outcome of the request. */
export interface Answer {
  /** 0 when none came. */
  readonly status: number;
  readonly etag: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a request, repeated until it had an answer, came to. */
export interface Exchange {
  readonly last: Answer;
  readonly answers: readonly Answer[];
  /** Some request may have been carried out without the client being told. */
  readonly doubtful: boolean;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

const MOST_TRIES = 5;
const PATIENCE_MS = 12_000;

/** Sends a request to any of the servers, again while none of them gives an answer that settles it. */
export async function exchange(request: Request, server: () => string): Promise<Exchange> {
  const answers: Answer[] = [];
  let doubtful = false;
  for (let tries = 0; ; tries += 1) {
    const answer = await send(request, server());
    if (answer !== "not sent") answers.push(answer);
    const last = answers.at(-1) ?? { status: 0, etag: null, body: {} };
    const settled = answer !== "not sent" && answer.status !== 0 && answer.body["error"] !== "unavailable";
    if (settled) return { last, answers, doubtful };
    if (answer !== "not sent") doubtful = true;
    if (tries >= MOST_TRIES) return { last, answers, doubtful };
    await sleep(50 * 2 ** Math.min(tries, 5));
  }
}

async function send({ method, path, headers, body }: Request, url: string): Promise<Answer | "not sent"> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get("etag"),
      body: (text === "" ? {} : JSON.parse(text)) as Answer["body"],
    };
  } catch (error) {
    return isRefusedConnection(error) ? "not sent" : { status: 0, etag: null, body: {} };
  }
}

/** Returns whether no server was listening, so that nothing can have been done. */
function isRefusedConnection(error: unknown): boolean {
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause;
  return cause?.code === "ECONNREFUSED";
}
