import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { sleep } from "./support/fresh.ts";
import { RawClient } from "./support/raw-client.ts";

const workspace = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  readonly millis: number;
  readonly exit: Promise<number | null>;
  readonly stderr: () => string;
}

const children: ChildProcess[] = [];

async function start(...args: string[]): Promise<Started> {
  const begun = performance.now();
  const child = spawn(process.execPath, [workspace("dist/main.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const address = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const line = /^Firestore emulator listening on (\S+)$/m.exec(output);
      if (line) resolve(line[1]!);
    });
    void exit.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  return { child, address, millis: performance.now() - begun, exit, stderr: () => stderr };
}

beforeAll(async () => {
  const build = spawn(process.execPath, [workspace("build.mjs")], { stdio: "inherit" });
  expect(await new Promise((resolve) => build.once("exit", resolve))).toBe(0);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

describe("the program", () => {
  it("prints its address, which is loopback by default", async () => {
    const { address, millis } = await start("--port", "0");
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    console.log(`ready after ${Math.round(millis)} ms`);
    expect(millis).toBeLessThan(5_000);
  });

  it.runIf(process.platform === "linux")("idles in less than 100 MB", async () => {
    const { child } = await start("--port", "0");
    await sleep(500);
    const resident = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]);
    console.log(`resident after start: ${Math.round(resident / 1_024)} MB`);
    expect(resident).toBeLessThan(100 * 1_024);
  });

  it("starts with the options of firebase-tools and with unknown ones", async () => {
    const { address, stderr } = await start(
      ...["--host", "127.0.0.1", "--port", "0", "--websocket_port", "9150", "--project_id", "demo-x"],
      ...[
        "--database-edition",
        "standard",
        "--single_project_mode",
        "true",
        "--functions_emulator",
        "127.0.0.1:5001",
      ],
      ...["--unheard_of", "value"],
    );
    expect((await fetch(`http://${address}/`)).status).toBe(200);
    expect(stderr()).toContain("Ignoring --unheard_of");
    expect(stderr()).not.toContain("websocket_port");
  });

  it.each([
    ["FAILED_PRECONDITION", []],
    ["OK", ["--no-require-indexes"]],
  ])("answers %s to a query without its index, started with %j", async (status, flags) => {
    const file = join(mkdtempSync(join(tmpdir(), "indexes-")), "firestore.indexes.json");
    writeFileSync(file, JSON.stringify({ indexes: [], fieldOverrides: [] }));
    const { address } = await start("--port", "0", "--indexes", file, ...flags);
    const client = new RawClient(address, "demo-x");
    const orderBy = ["a", "b"].map((fieldPath) => ({ field: { fieldPath } }));
    const outcome = await client.call("RunQuery", {
      parent: client.name(""),
      structuredQuery: { from: [{ collectionId: "c" }], orderBy },
    });
    expect(outcome.status).toBe(status);
    client.close();
    rmSync(dirname(file), { recursive: true });
  });

  it.each([["SIGINT"], ["SIGTERM"]] as const)(
    "exits on %s with code 0, with open connections",
    async (signal) => {
      const { child, address, exit } = await start("--port", "0");
      const client = new RawClient(address, "p");
      const listen = client.stream("Listen");
      listen.on("error", () => {});
      listen.on("data", () => {});
      listen.write({
        database: client.database,
        addTarget: { targetId: 1, documents: { documents: [client.name("c/d")] } },
      });
      await client.get("c/d");
      const begun = performance.now();
      child.kill(signal);
      expect(await exit).toBe(0);
      expect(performance.now() - begun).toBeLessThan(3_000);
      client.close();
    },
  );

  it("exits on a shutdown request over HTTP", async () => {
    const { address, exit } = await start("--port", "0");
    expect((await fetch(`http://${address}/shutdown`, { method: "POST" })).status).toBe(200);
    expect(await exit).toBe(0);
  });

  it.each([
    [["--port", "many"], "--port must be a port number"],
    [["--port", "0", "--rules", "/nowhere.rules"], "/nowhere.rules"],
    [["--port", "0", "--indexes", "/nowhere.json"], "/nowhere.json"],
    [["--port", "0", "--functions_emulator", "nowhere"], "--functions_emulator must be host:port"],
    [["--port", "0", "--lock-timeout", "soon"], "--lock-timeout must be a number of seconds"],
  ])("reports the error of %j", async (args, message) => {
    await expect(start(...args)).rejects.toThrow(message);
  });

  it("reports that its port is in use", async () => {
    const { address } = await start("--port", "0");
    await expect(start("--port", address.split(":")[1]!)).rejects.toThrow("EADDRINUSE");
  });
});
