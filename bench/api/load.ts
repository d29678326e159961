import autocannon from "autocannon";
import { latenciesOf, type Latencies } from "../support/latency.ts";

export interface Measured extends Latencies {
  readonly requestsPerSecond: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Slower answers than this are counted by the piece: seconds would hold too few of them. */
const SLOW_MS = 500;
const PIECES = 2;

/**
 * Every connection asks for the same path over and over; of several, the connections take one each, in turn. Anything
 * but a 2xx is an error: then there is nothing to compare.
 */
export async function measure(
  url: string,
  paths: readonly string[],
  { connections, seconds, headers = {} }: Load,
): Promise<Measured> {
  const alone = await drive(url, paths, { connections: 1, amount: 3, headers });
  if (alone.p50 > SLOW_MS) return drive(url, paths, { connections, amount: connections * PIECES, headers });
  await drive(url, paths, { connections, duration: 1, headers });
  return drive(url, paths, { connections, duration: seconds, headers });
}

async function drive(
  url: string,
  paths: readonly string[],
  extent: { connections: number; duration?: number; amount?: number; headers: NonNullable<Load["headers"]> },
): Promise<Measured> {
  const times: number[] = [];
  const startedAt = performance.now();
  let answeredAt = startedAt;
  let connected = 0;
  const run = autocannon({
    url,
    timeout: 60,
    ...extent,
    setupClient: (client) => client.setRequests([{ path: paths[connected++ % paths.length] ?? "/" }]),
  });
  run.on("response", (_client, _status, _bytes, milliseconds) => {
    times.push(milliseconds);
    answeredAt = performance.now();
  });
  const result = await run;
  if (result.non2xx + result.errors + result.timeouts > 0) {
    throw new Error(
      `${url}${paths.join()}: ${result.non2xx} not 2xx, ${result.errors} errors, ${result.timeouts} timeouts`,
    );
  }
  return { requestsPerSecond: (times.length / (answeredAt - startedAt)) * 1000, ...latenciesOf(times) };
}
