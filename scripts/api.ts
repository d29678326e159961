// npm run api: the `api` function (or `streams`) alone under functions-framework, which is what serves it in production.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { http, type HttpFunction } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { Option } from "commander";
import { describeCommand, giveUp, wholeNumber } from "./support/cli.ts";
import { DEFAULT_AUTH_HOST, DEFAULT_FIRESTORE_HOST, LOCAL_PROJECT } from "./support/local-project.ts";
import { isReachable } from "./support/reachable.ts";
import { root } from "./support/root.mjs";

/** How long requests in flight may take to finish after SIGTERM; Cloud Run allows ten seconds. */
const SHUTDOWN_MS = 5_000;

const options = describeCommand("api", "Serves an HTTP function against FIRESTORE_EMULATOR_HOST.")
  .addOption(
    new Option("--function <name>", "the function to serve").choices(["api", "streams"]).default("api"),
  )
  .option("--port <number>", "port to listen on; 0 picks a free one", wholeNumber(0, 65535), 8081)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .parse()
  .opts<{ function: "api" | "streams"; port: number; host: string }>();

process.env.NODE_ENV ??= "production";
process.env.GCLOUD_PROJECT ??= LOCAL_PROJECT;
process.env.FUNCTION_TARGET = options.function;
// No local run has a metadata server; where something else answers at its address, looking for one prints a warning.
process.env.METADATA_SERVER_DETECTION ??= "none";
process.env.FIRESTORE_EMULATOR_HOST ??= DEFAULT_FIRESTORE_HOST;
// If set, unsigned tokens are accepted; no Auth emulator has to run.
process.env.FIREBASE_AUTH_EMULATOR_HOST ??= DEFAULT_AUTH_HOST;

// The Firestore client reads a stack trace at every call. Source maps, which tsx turns on, would make each call several
// times as slow as in production.
process.setSourceMapsEnabled(false);
const bundle = pathToFileURL(join(root, "functions/lib/index.js")).href;
const functions = (await import(bundle)) as Record<typeof options.function, HttpFunction>;
http(options.function, functions[options.function]);
const server = getTestServer(options.function);
server.once("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  giveUp(`port ${options.port} on ${options.host} is in use; pass another --port (0 picks a free one)`);
});
server.listen(options.port, options.host, () => {
  const { port } = server.address() as AddressInfo;
  console.log(`${options.function} listening on http://${options.host}:${port}`);
  void warnIfUnreachable(process.env.FIRESTORE_EMULATOR_HOST ?? DEFAULT_FIRESTORE_HOST);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop(server));

/** Stops accepting, lets requests in flight finish, then closes the rest (event streams never end by themselves). */
function stop(listening: Server): void {
  listening.close(() => process.exit(0));
  listening.closeIdleConnections();
  setTimeout(() => listening.closeAllConnections(), SHUTDOWN_MS).unref();
}

async function warnIfUnreachable(address: string): Promise<void> {
  if (await isReachable(address)) return;
  console.error(
    `no Firestore answers at ${address}: start one with \`npm run emulator\`, or set FIRESTORE_EMULATOR_HOST`,
  );
}
