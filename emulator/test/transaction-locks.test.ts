import { describe, expect, it } from "vitest";
import { freshProjects, sleep } from "./support/fresh.ts";
import { n, nOf } from "./support/raw-client.ts";

/** Short, so that tests can wait for a timeout; one test uses the default. */
const LOCK_MILLIS = 300;
const TIMED_OUT = { status: "ABORTED", message: "Transaction lock timeout." };
const OVER = { status: "ABORTED", message: "The referenced transaction has expired or is no longer valid." };

describe("a read lock", () => {
  const fresh = freshProjects({ lockTimeoutMillis: LOCK_MILLIS, breakDeadlocks: false });

  async function readerOf(paths: readonly string[]): Promise<string> {
    const transaction = await fresh.client.begin();
    await fresh.client.read(paths, { transaction });
    return transaction;
  }

  it.each([
    ["a write", { set: "c/d", fields: n(2) }],
    ["a delete", { remove: "c/d" }],
    ["a create", { set: "c/missing", fields: n(2), currentDocument: { exists: false } }],
    ["a verify", { verify: "c/d", currentDocument: { exists: true } }],
  ])("aborts %s from outside after the lock timeout", async (_, write) => {
    await fresh.client.commit([{ set: "c/d", fields: n(1) }]);
    await readerOf(["c/d", "c/missing"]);
    const outcome = await fresh.client.commit([write]);
    expect(outcome).toMatchObject(TIMED_OUT);
    expect(outcome.millis).toBeGreaterThan(LOCK_MILLIS - 20);
  });

  it("delays an outside write until the holder has committed its writes", async () => {
    await fresh.client.commit([{ set: "c/d", fields: n(1) }]);
    const transaction = await readerOf(["c/d"]);
    const outside = fresh.client.commit([{ set: "c/d", fields: n(2) }]);
    await sleep(LOCK_MILLIS / 3);
    expect(await fresh.client.commit([{ set: "c/d", fields: n(3) }], transaction)).toMatchObject({
      status: "OK",
    });
    expect(await outside).toMatchObject({ status: "OK" });
    expect(nOf((await fresh.client.get("c/d")).result)).toBe(2);
  });

  it("is released by a rollback", async () => {
    const transaction = await readerOf(["c/d"]);
    const outside = fresh.client.commit([{ set: "c/d", fields: n(2) }]);
    await sleep(LOCK_MILLIS / 3);
    await fresh.client.rollback(transaction);
    expect(await outside).toMatchObject({ status: "OK" });
    expect(await fresh.client.rollback(transaction)).toMatchObject({ status: "OK" });
    expect(await fresh.client.read(["c/d"], { transaction })).toMatchObject(OVER);
    expect(await fresh.client.commit([{ set: "c/d" }], transaction)).toMatchObject(OVER);
  });

  it("does not delay reads outside of transactions, nor writes to other documents", async () => {
    await readerOf(["c/d"]);
    expect((await fresh.client.get("c/d")).status).toBe("NOT_FOUND");
    expect(await fresh.client.commit([{ set: "c/other" }])).toMatchObject({ status: "OK" });
  });

  it("does not delay its own transaction", async () => {
    const transaction = await readerOf(["c/a"]);
    await fresh.client.query("c", { transaction });
    const outcome = await fresh.client.commit([{ set: "c/a" }, { set: "c/new" }], transaction);
    expect(outcome).toMatchObject({ status: "OK" });
  });

  it("delays the whole commit that writes the locked document", async () => {
    await readerOf(["c/locked"]);
    expect(await fresh.client.commit([{ set: "c/free" }, { set: "c/locked" }])).toMatchObject(TIMED_OUT);
    expect((await fresh.client.get("c/free")).status).toBe("NOT_FOUND");
  });

  it("is waited for by each write of a batch in turn, with one result each", async () => {
    await readerOf(["c/a", "c/b"]);
    const writes = ["c/a", "c/b", "c/c"].map((set) => fresh.client.write({ set }));
    const outcome = await fresh.client.call("BatchWrite", { database: fresh.client.database, writes });
    expect(outcome.result.status.map((status: { code?: number }) => status.code ?? 0)).toEqual([10, 10, 0]);
    expect(outcome.millis).toBeGreaterThan(2 * LOCK_MILLIS - 40);
    expect((await fresh.client.get("c/c")).status).toBe("OK");
  });

  describe("does not delay a write that is too large for any document", () => {
    const write = { set: "c/d", fields: { t: { stringValue: "x".repeat(1_100_000) } } };
    const sizeMessage = expect.stringContaining("exceeds the maximum allowed size of 1,048,576 bytes");

    it("when it is alone or follows other writes", async () => {
      await readerOf(["c/d"]);
      for (const writes of [[write], [{ set: "c/d" }, write]]) {
        expect(await fresh.client.commit(writes)).toMatchObject({
          status: "INVALID_ARGUMENT",
          message: sizeMessage,
        });
      }
    });

    it("when it is in another transaction, which stays open", async () => {
      await readerOf(["c/d"]);
      const transaction = await readerOf(["c/other"]);
      const outcome = await fresh.client.commit([write], transaction);
      expect(outcome).toMatchObject({ status: "INVALID_ARGUMENT", message: sizeMessage });
      expect(await fresh.client.commit([{ set: "c/other" }], transaction)).toMatchObject({ status: "OK" });
    });

    it("when it is in a batch", async () => {
      await readerOf(["c/d"]);
      const writes = [write, { set: "c/free" }].map((one) => fresh.client.write(one));
      const outcome = await fresh.client.call("BatchWrite", { database: fresh.client.database, writes });
      expect(outcome.result.status).toMatchObject([{ code: 3, message: sizeMessage }, {}]);
      expect((await fresh.client.get("c/free")).status).toBe("OK");
    });
  });

  it("delays a write whose size depends on the stored document", async () => {
    const { client } = fresh;
    const half = { stringValue: "x".repeat(600_000) };
    await client.commit([{ set: "c/d", fields: { a: half } }]);
    const transaction = await readerOf(["c/d"]);
    const masked = { set: "c/d", fields: { b: half }, updateMask: { fieldPaths: ["b"] } };
    const waiting = client.commit([masked]);
    await sleep(LOCK_MILLIS / 3);
    await client.commit([{ set: "c/d", fields: { b: half } }], transaction);
    expect(await waiting).toMatchObject({ status: "OK" });
    const second = { set: "c/d", fields: { c: half }, updateMask: { fieldPaths: ["c"] } };
    expect(await client.commit([second])).toMatchObject({ status: "INVALID_ARGUMENT" });
  });

  it("is taken by GetDocument, for missing documents too", async () => {
    const transaction = await fresh.client.begin();
    expect((await fresh.client.get("c/missing", { transaction })).status).toBe("NOT_FOUND");
    expect(await fresh.client.commit([{ set: "c/missing" }])).toMatchObject(TIMED_OUT);
  });

  describe("covers every collection of the same id", () => {
    it.each([
      ["RunQuery", (transaction: string) => fresh.client.query("c", { transaction })],
      [
        "RunQuery over a collection group",
        (transaction: string) => fresh.client.query("c", { transaction }, true),
      ],
      [
        "ListDocuments",
        (transaction: string) =>
          fresh.client.call("ListDocuments", {
            parent: fresh.client.name(""),
            collectionId: "c",
            pageSize: 1,
            transaction,
          }),
      ],
    ])("when it is taken by %s", async (_, read) => {
      await fresh.client.commit([{ set: "c/a" }, { set: "c/b" }]);
      const transaction = await fresh.client.begin();
      expect((await read(transaction)).status).toBe("OK");
      const [existing, created, elsewhere, below, other] = await Promise.all(
        ["c/b", "c/new", "x/y/c/z", "c/a/sub/x", "other/x"].map((set) =>
          fresh.client.commit([{ set, fields: n(1) }]),
        ),
      );
      for (const outcome of [existing, created, elsewhere]) expect(outcome).toMatchObject(TIMED_OUT);
      for (const outcome of [below, other]) expect(outcome).toMatchObject({ status: "OK" });
      expect(await fresh.client.commit([{ set: "c/mine" }], transaction)).toMatchObject({ status: "OK" });
    });
  });

  it("aborts the first of two transactions that block each other at its timeout; the other commits", async () => {
    const [first, second] = [await readerOf(["c/d"]), await readerOf(["c/d"])];
    const firstCommit = fresh.client.commit([{ set: "c/d", fields: n(10) }], first);
    await sleep(LOCK_MILLIS / 3);
    const secondCommit = fresh.client.commit([{ set: "c/d", fields: n(20) }], second);
    expect(await firstCommit).toMatchObject(TIMED_OUT);
    expect(await secondCommit).toMatchObject({ status: "OK" });
    expect(nOf((await fresh.client.get("c/d")).result)).toBe(20);
    expect(await fresh.client.read(["c/d"], { transaction: first })).toMatchObject(OVER);
    expect(await fresh.client.rollback(first)).toMatchObject({ status: "OK" });
  });

  it("is dropped by a reset of the emulator", async () => {
    const transaction = await readerOf(["c/d"]);
    await fetch(`http://${fresh.emulator.address}/reset`, { method: "POST" });
    expect(await fresh.client.commit([{ set: "c/d" }])).toMatchObject({ status: "OK" });
    expect(await fresh.client.commit([{ set: "c/d" }], transaction)).toMatchObject(OVER);
  });
});

describe("with the default options", () => {
  const fresh = freshProjects();

  it("aborts a writer after two seconds", async () => {
    await fresh.client.read(["c/d"], { transaction: await fresh.client.begin() });
    const outcome = await fresh.client.commit([{ set: "c/d" }]);
    expect(outcome).toMatchObject(TIMED_OUT);
    expect(outcome.millis).toBeGreaterThan(1_950);
    expect(outcome.millis).toBeLessThan(3_000);
  });

  it("aborts one of two transactions that wait for each other before its timeout", async () => {
    const [first, second] = [await fresh.client.begin(), await fresh.client.begin()];
    await fresh.client.read(["c/a"], { transaction: first });
    await fresh.client.read(["c/b"], { transaction: second });
    const outcomes = await Promise.all([
      fresh.client.commit([{ set: "c/b", fields: n(1) }], first),
      fresh.client.commit([{ set: "c/a", fields: n(2) }], second),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["ABORTED", "OK"]);
    for (const outcome of outcomes) expect(outcome.millis).toBeLessThan(1_500);
  });

  it("lets a waiting commit go before the first read of another transaction", async () => {
    const [holder, committer] = [await fresh.client.begin(), await fresh.client.begin()];
    await fresh.client.read(["c/d"], { transaction: holder });
    const commit = fresh.client.commit([{ set: "c/d", fields: n(7) }], committer);
    await sleep(50);
    const newcomer = fresh.client.read(["c/d"], { transaction: await fresh.client.begin() });
    await sleep(50);
    await fresh.client.rollback(holder);
    expect(await commit).toMatchObject({ status: "OK" });
    expect(nOf((await newcomer).result[0].found)).toBe(7);
  });
});
