import { AggregateField, FieldPath, FieldValue, Timestamp } from "@google-cloud/firestore";
import type { Firestore, Transaction } from "@google-cloud/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { EmulatorClient } from "../src/index.ts";
import { freshProjects } from "./support/fresh.ts";
import { sdkClients } from "./support/sdk.ts";

const fresh = freshProjects();
const { admin } = sdkClients(fresh);
let db: Firestore;

beforeEach(() => {
  db = admin();
});

describe("the Admin SDK", () => {
  it("reads every type of value it has set", async () => {
    const data = {
      null: null,
      yes: true,
      integer: 42,
      double: 1.5,
      nan: NaN,
      minusZero: -0,
      text: "löwe 🦁",
      bytes: Buffer.from([0, 255]),
      at: Timestamp.fromMillis(1_234_567),
      reference: db.doc("other/document"),
      list: [1, "two", { three: 3 }],
      "a.b`c": { nested: { deeper: [] } },
      vector: FieldValue.vector([1, 2.5]),
    };
    await db.doc("c/d").set(data);
    const read = (await db.doc("c/d").get()).data()!;
    expect(read["minusZero"]).toBe(-0);
    expect(read["vector"].toArray()).toEqual([1, 2.5]);
    expect(read["reference"].path).toBe("other/document");
    const { reference: _, vector: __, ...plain } = data;
    expect(read).toMatchObject(plain);
  });

  it("updates nested fields, merges and deletes fields", async () => {
    const document = db.doc("c/d");
    await document.set({ a: { b: 1, c: 2 }, d: 3 });
    await document.update({ "a.b": FieldValue.increment(1), d: FieldValue.delete() });
    await document.update(new FieldPath("x.y"), "quoted");
    await document.set({ a: { e: 4 } }, { merge: true });
    expect((await document.get()).data()).toEqual({ a: { b: 2, c: 2, e: 4 }, "x.y": "quoted" });
  });

  it("reads several documents at once, each once, and says which are missing", async () => {
    await db.doc("c/b").set({ n: 1, m: 2 });
    const [missing, found] = await db.getAll(db.doc("c/a"), db.doc("c/b"), { fieldMask: ["n"] });
    expect(missing!.exists).toBe(false);
    expect(found!.data()).toEqual({ n: 1 });
  });

  it("starts a transaction with its first read: of documents, a query or a count", async () => {
    await db.doc("c/a").set({ n: 1 });
    const count = db.collection("c").count();
    const total = await db.runTransaction(async (transaction) => {
      const first = await transaction.get(db.doc("c/a"));
      const all = await transaction.get(db.collection("c"));
      const counted = await transaction.get(count);
      transaction.update(db.doc("c/a"), { n: first.get("n") + all.size + counted.data().count });
      return all.size;
    });
    expect(total).toBe(1);
    expect((await db.doc("c/a").get()).get("n")).toBe(3);
    const counted = await db.runTransaction(
      async (transaction) => (await transaction.get(count)).data().count,
    );
    expect(counted).toBe(1);
    const meter = new EmulatorClient(fresh.emulator.address, fresh.projectId);
    expect((await meter.usage()).by_method["BeginTransaction"]).toBeUndefined();
  });

  it.each([
    ["RunQuery", () => tooManyDisjuncts().get()],
    ["RunAggregationQuery", () => tooManyDisjuncts().count().get()],
    ["BatchGetDocuments", () => db.doc("c/__bad__").get()],
  ])("sends a refused request only once: %s", async (method, send) => {
    await expect(send()).rejects.toMatchObject({ code: 3 });
    const meter = new EmulatorClient(fresh.emulator.address, fresh.projectId);
    expect((await meter.usage()).by_method[method]).toMatchObject({ calls: 1 });
  });

  it.each([
    [
      "BatchGetDocuments",
      "ABORTED",
      () => db.runTransaction((transaction) => transaction.get(db.doc("c/d"))),
    ],
    ["RunQuery", "UNAVAILABLE", () => db.collection("c").get()],
  ] as const)("repeats %s after %s", async (method, effect, read) => {
    const meter = new EmulatorClient(fresh.emulator.address, fresh.projectId);
    await meter.setFaults({ seed: 3, faults: [{ method, probability: 0.5, effect }] });
    const calls = async () => (await meter.usage()).by_method[method]?.calls ?? 0;
    let served = 0;
    // Every repetition waits for a back-off, so one is enough.
    for (; (await calls()) === served; served++) await read();
    await meter.clearFaults();
    expect(await calls()).toBeGreaterThan(served);
  });

  it("retries only the aborted one of two transactions", async () => {
    const document = db.doc("c/d");
    let attempts = 0;
    const bothHaveRead = barrier(2);
    const run = (name: string) =>
      db.runTransaction(async (transaction) => {
        attempts++;
        await transaction.get(document);
        await bothHaveRead();
        transaction.set(document, { [name]: true }, { merge: true });
      });
    await Promise.all([run("first"), run("second")]);
    expect(attempts).toBe(3);
    expect((await document.get()).data()).toEqual({ first: true, second: true });
  });

  it("never loses an increment to contention", async () => {
    const document = db.doc("c/counter");
    await document.set({ n: 0 });
    const add = () =>
      db.runTransaction(
        async (transaction) => {
          const n = (await transaction.get(document)).get("n") as number;
          transaction.update(document, { n: n + 1 });
        },
        { maxAttempts: 30 },
      );
    await Promise.all(Array.from({ length: 5 }, add));
    expect((await document.get()).get("n")).toBe(5);
  });

  it("reads an older state in a read-only transaction", async () => {
    const { writeTime } = await db.doc("c/d").set({ n: 1 });
    await db.doc("c/d").set({ n: 2 });
    const read = (transaction: Transaction) => transaction.get(db.doc("c/d"));
    const then = await db.runTransaction(read, { readOnly: true, readTime: writeTime });
    expect(then.get("n")).toBe(1);
    expect((await db.runTransaction(read, { readOnly: true })).get("n")).toBe(2);
  });

  it("writes in bulk, and deletes recursively", async () => {
    const writer = db.bulkWriter();
    for (let i = 0; i < 60; i++) void writer.set(db.doc(`bulk/${i}`), { i });
    void writer.set(db.doc("bulk/1/below/x"), {});
    await writer.close();
    expect((await db.collection("bulk").count().get()).data().count).toBe(60);
    await db.recursiveDelete(db.collection("bulk"));
    expect((await db.collectionGroup("below").get()).size).toBe(0);
    expect((await db.collection("bulk").get()).size).toBe(0);
  });

  it("splits a collection group into partitions that cover it once", async () => {
    const batch = db.batch();
    for (let i = 0; i < 20; i++) batch.set(db.doc(`parents/${i % 3}/parts/${i}`), { i });
    await batch.commit();
    const seen: string[] = [];
    let partitions = 0;
    for await (const partition of db.collectionGroup("parts").getPartitions(4)) {
      partitions++;
      for (const { ref } of (await partition.toQuery().get()).docs) seen.push(ref.path);
    }
    expect(partitions).toBe(4);
    expect(seen).toHaveLength(20);
    expect(new Set(seen).size).toBe(20);
  });

  it("lists collections and documents, missing ones too", async () => {
    await db.doc("a/missing/b/c").set({});
    await db.doc("a/there").set({});
    expect((await db.listCollections()).map(({ id }) => id)).toEqual(["a"]);
    expect((await db.collection("a").listDocuments()).map(({ id }) => id)).toEqual(["missing", "there"]);
    expect((await db.doc("a/missing").listCollections()).map(({ id }) => id)).toEqual(["b"]);
  });

  it("aggregates", async () => {
    await db.doc("c/a").set({ n: 1 });
    await db.doc("c/b").set({ n: 2.5 });
    await db.doc("c/c").set({ n: "none" });
    const aggregates = {
      count: AggregateField.count(),
      sum: AggregateField.sum("n"),
      mean: AggregateField.average("n"),
    };
    const { count, sum, mean } = (await db.collection("c").aggregate(aggregates).get()).data();
    expect({ count, sum, mean }).toEqual({ count: 3, sum: 3.5, mean: 1.75 });
  });
});

function tooManyDisjuncts() {
  const six = [1, 2, 3, 4, 5, 6];
  return db.collection("c").where("a", "in", six).where("b", "in", six);
}

/** Blocks callers until the given number has arrived; later callers are not blocked. */
function barrier(count: number): () => Promise<void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  return () => {
    if (++arrived >= count) open();
    return opened;
  };
}
