import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { gunzipSync, brotliDecompressSync, inflateSync } from "node:zlib";
import type { FuzzRequest } from "./request.ts";

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** After decompression. */
  readonly text: string;
  readonly bytes: number;
}

const TIMEOUT_MS = 30_000;

/** Sends fuzzed requests over kept connections to one server. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #target: { readonly hostname: string; readonly port: string };

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#target = { hostname, port };
  }

  /** Rejects if the server hangs up without an answer, or gives none in time. */
  async send(fuzzed: FuzzRequest): Promise<FuzzAnswer> {
    try {
      return await this.#sendOnce(fuzzed);
    } catch (error) {
      // The server may close a kept connection at the moment at which the request is written to it.
      if (!(error instanceof KeptConnectionClosed)) throw error;
      return this.#sendOnce(fuzzed);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #sendOnce({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === null ? {} : { "content-length": String(body.length) };
      const options = {
        ...this.#target,
        method,
        path,
        headers: { ...headers, ...length },
        agent: this.#agent,
      };
      const sent = request(options, (response) => {
        answerOf(response).then(resolve, reject);
      });
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
      sent.once("error", (error: NodeJS.ErrnoException) => {
        const closed = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        reject(closed ? new KeptConnectionClosed() : error);
      });
      sent.end(body ?? undefined);
    });
  }
}

class KeptConnectionClosed extends Error {}

async function answerOf(response: IncomingMessage): Promise<FuzzAnswer> {
  const chunks: Buffer[] = [];
  const isStream = response.headers["content-type"]?.startsWith("text/event-stream") ?? false;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    // An event stream never ends by itself: its first event is enough, and leaving the loop closes it.
    if (isStream) break;
  }
  const content = decompress(Buffer.concat(chunks), response.headers["content-encoding"], isStream);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: content.toString("utf8"),
    bytes: content.length,
  };
}

const DECOMPRESS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};

function decompress(bytes: Buffer, encoding: string | undefined, isPartial: boolean): Buffer {
  if (isPartial || bytes.length === 0) return bytes;
  return (DECOMPRESS[encoding ?? ""] ?? ((plain: Buffer) => plain))(bytes);
}
