import type { ErrorBody } from "../support/client.ts";
import { rawRequest, type RawRequest } from "../support/raw-request.ts";

/** A client's request as the function gets it in production: the platform has appended the address it saw. */
export function sentFrom(address: string, forged: Readonly<Record<string, string>> = {}) {
  const own = forged["x-forwarded-for"];
  return { ...forged, "x-forwarded-for": own === undefined ? address : `${own}, ${address}` };
}

export interface LimitAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Partial<ErrorBody> & { readonly details?: { readonly retry_after_seconds?: number } };
}

/** Sends the request as it is: `fetch` answers HEAD without a body and mends headers. */
export async function send(url: string, request: RawRequest): Promise<LimitAnswer> {
  const { status, headers, text } = await rawRequest(url, request);
  const isJson = text !== "" && headers["content-type"]?.startsWith("application/json") === true;
  const body = (isJson ? JSON.parse(text) : {}) as LimitAnswer["body"];
  return { status, retryAfter: headers["retry-after"], body };
}

/** Sends requests one after the other; the answers' statuses, counted. */
export async function countStatuses(
  count: number,
  ask: (index: number) => Promise<{ readonly status: number }>,
): Promise<Record<number, number>> {
  const counted: Record<number, number> = {};
  for (let index = 0; index < count; index += 1) {
    const { status } = await ask(index);
    counted[status] = (counted[status] ?? 0) + 1;
  }
  return counted;
}
