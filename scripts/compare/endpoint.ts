import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";

export interface Patience {
  readonly timeoutMs: number;
  /** How often a request is repeated after it failed in a way that may pass. */
  readonly retries: number;
  /** The first wait in milliseconds; each next one is twice as long. */
  readonly firstDelayMs: number;
}

/** An endpoint that did not answer as it should; the message names it. */
export class EndpointError extends Error {}

/** Why a request failed, and when to repeat it. */
interface Failure {
  readonly problem: string;
  /** Null: a repetition would fail too. Undefined: when the caller likes. */
  readonly retryAfterMs: number | null | undefined;
}

/** Reads JSON of the form of `schema`. Throws an `EndpointError` when all attempts have failed. */
export async function getJson<S extends z.ZodType>(
  url: URL,
  schema: S,
  patience: Patience,
): Promise<z.output<S>> {
  for (let attempt = 0; ; attempt += 1) {
    const got = await getOnce(url, patience.timeoutMs);
    if ("text" in got) return parse(url, got.text, schema);
    if (got.retryAfterMs === null || attempt >= patience.retries) {
      const times = attempt === 0 ? "" : `, ${attempt + 1} times`;
      throw new EndpointError(`${url.href}: ${got.problem}${times}`);
    }
    await sleep(got.retryAfterMs ?? patience.firstDelayMs * 2 ** attempt);
  }
}

async function getOnce(url: URL, timeoutMs: number): Promise<Failure | { readonly text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (response.ok) return { text };
    const problem = `answered ${response.status} ${text.slice(0, 200)}`.trim();
    const mayPass = response.status === 429 || response.status >= 500;
    return { problem, retryAfterMs: mayPass ? retryAfter(response.headers) : null };
  } catch (error) {
    const { name, message, cause } = error as Error;
    const problem = name === "TimeoutError" ? `did not answer within ${timeoutMs} ms` : message;
    return { problem: cause instanceof Error ? cause.message || problem : problem, retryAfterMs: undefined };
  }
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function parse<S extends z.ZodType>(url: URL, text: string, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EndpointError(`${url.href}: the answer is not JSON: ${text.slice(0, 80)}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new EndpointError(
    `${url.href}: the answer has another form: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}
