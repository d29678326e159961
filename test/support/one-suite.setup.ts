import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startChild, type Child } from "./child.ts";
import { SUITE_HOST, type SuiteAnswers } from "./suite.ts";

/**
 * Hosts one Emulator Suite for every project that uses it. Vitest calls this before it runs any test, so the suite is
 * started at the first request: during other tests it would only take their processor time. Test files run in
 * processes of their own and ask for the suite over HTTP; see suite.ts.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  // The first project of the run hosts the suite; the workers of all inherit the address.
  if (process.env[SUITE_HOST] !== undefined) return undefined;
  const host = new SuiteHost();
  const server = createServer((request, response) => {
    host.answer(request.url ?? "").then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env[SUITE_HOST] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    Reflect.deleteProperty(process.env, SUITE_HOST);
    server.close();
    server.closeAllConnections();
    await host.stop();
  };
}

class SuiteHost {
  #suite: Promise<Child> | undefined;

  async answer(url: string): Promise<SuiteAnswers[keyof SuiteAnswers]> {
    this.#suite ??= startSuite();
    const child = await this.#suite;
    if (url === "/join") return { block: child.match[0], output: child.output() };
    child.signal("SIGINT");
    const exit = await child.exited;
    this.#suite = undefined;
    return { exit };
  }

  async stop(): Promise<void> {
    const suite = await this.#suite?.catch(() => undefined);
    await suite?.stop(30_000);
  }
}

/** The suite as a newcomer starts it, by the real command, on free ports. */
function startSuite(): Promise<Child> {
  return startChild({
    args: ["scripts/run.mjs", "start", "--fresh", "--free-ports"],
    ready: /slotbay is ready[\s\S]*Stop with Ctrl-C/,
    timeoutMs: 150_000,
    // A user's shell does not have the tests' own setting.
    env: { RATE_LIMITS: "off", METADATA_SERVER_DETECTION: undefined },
  });
}
