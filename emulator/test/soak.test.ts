import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sleep } from "./support/fresh.ts";
import { n, RawClient } from "./support/raw-client.ts";

const CLIENTS = 10;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 10;
/** The allowed growth by caches such as connection slots; a leak of one listener per round would exceed it several times. */
const TOLERANCE_BYTES = 3 * 1024 * 1024;

let emulator: ChildProcess;
let address: string;
let proxy: Server;
let proxyAddress: string;
const passing = new Set<Socket>();

beforeAll(async () => {
  emulator = fork(fileURLToPath(new URL("support/watched-emulator.ts", import.meta.url)), {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
  address = ((await answer()) as { address: string }).address;
  await openProxy();
});
afterAll(() => {
  emulator.send("stop");
  proxy.close();
});

/** A proxy between the clients and the emulator that can close connections in the middle of a message. */
async function openProxy(): Promise<void> {
  const [host, port] = address.split(":");
  proxy = createServer((near) => {
    const far = connect(Number(port), host);
    passing.add(near);
    const cut = () => {
      passing.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on("error", cut).on("close", cut);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  proxyAddress = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

function cutConnections(share: number): void {
  for (const socket of passing) if (Math.random() < share) socket.destroy();
}

function answer(): Promise<unknown> {
  return new Promise((resolve) => emulator.once("message", resolve));
}

async function heap(): Promise<number> {
  await sleep(300);
  const answered = answer();
  emulator.send("heap");
  return ((await answered) as { heap: number }).heap;
}

/** Every client listens, reads in a transaction, writes and queries, and is disconnected at a random point. */
async function round(): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, () => new RawClient(proxyAddress, "demo-soak"));
  const cutting = setInterval(() => cutConnections(0.2), 15);
  await Promise.all(
    clients.map(async (client, i) => {
      const listen = client.stream("Listen");
      listen.on("error", () => {});
      listen.on("data", () => {});
      const query = { parent: client.name(""), structuredQuery: { from: [{ collectionId: "soak" }] } };
      listen.write({ database: client.database, addTarget: { targetId: 1, query } });
      const write = client.stream("Write");
      write.on("error", () => {});
      write.on("data", () => {});
      write.write({ database: client.database });
      const begun = await client.call("BeginTransaction", { database: client.database });
      const transaction = begun.result?.transaction ?? "";
      const work = [
        client.read([`soak/${i}`], { transaction }),
        client.commit([{ set: `soak/${i}`, fields: n(i) }]),
        client.query("soak", { newTransaction: { readWrite: {} } }),
      ];
      await sleep(Math.random() * 30);
      if (i % 2 === 0) listen.cancel();
      await Promise.race([Promise.allSettled(work), sleep(100)]);
      write.cancel();
      client.close();
    }),
  );
  clearInterval(cutting);
  cutConnections(1);
  await fetch(`http://${address}/reset`, { method: "POST" });
}

it("has its initial heap size after a soak with random disconnects", { timeout: 60_000 }, async () => {
  for (let i = 0; i < WARM_UP_ROUNDS; i++) await round();
  const before = await heap();
  for (let i = 0; i < ROUNDS; i++) await round();
  const grown = (await heap()) - before;
  console.log(
    `heap ${(before / 2 ** 20).toFixed(1)} MB before, ${(grown / 2 ** 20).toFixed(1)} MB more after`,
  );
  expect(grown).toBeLessThan(TOLERANCE_BYTES);
  const client = new RawClient(address, "demo-soak");
  expect((await client.commit([{ set: "c/d" }])).status).toBe("OK");
  client.close();
});
