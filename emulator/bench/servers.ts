import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

/** An emulator in a separate process. */
export interface BenchServer {
  readonly name: string;
  readonly address: string;
  stop(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const START_TIMEOUT_MILLIS = 20_000;

export function startThis(): Promise<BenchServer> {
  return start("this", here("../dist/main.js"), ["--port", "0"]);
}

/** Starts the other Firestore emulator in Node that is published on npm. */
export async function startOther(): Promise<BenchServer> {
  return start("@firestore-emulator/server", here("other-server.mjs"), [String(await freePort())]);
}

/** Waits for the line that ends in `listening on HOST:PORT`. */
function start(name: string, program: string, args: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not start`)), START_TIMEOUT_MILLIS);
    void exited.then(() => reject(new Error(`${name} ended at its start`)));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve({ name, address, stop });
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
