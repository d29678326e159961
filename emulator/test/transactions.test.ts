import { describe, expect, it } from "vitest";
import { EmulatorClient } from "../src/index.ts";
import { freshProjects } from "./support/fresh.ts";
import { n, nOf } from "./support/raw-client.ts";

const OVER = { status: "ABORTED", message: "The referenced transaction has expired or is no longer valid." };
const MALFORMED = { status: "INVALID_ARGUMENT", message: "Invalid transaction." };
const NOT_AN_ID = "AAAA";

const fresh = freshProjects({ lockTimeoutMillis: 300 });

describe("a read-only transaction", () => {
  it("sees one snapshot, takes no locks and refuses to write", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/d", fields: n(1) }]);
    const transaction = await client.begin({ readOnly: {} });
    expect(await client.commit([{ set: "c/d", fields: n(2) }, { set: "c/e" }])).toMatchObject({
      status: "OK",
    });
    expect(nOf((await client.read(["c/d"], { transaction })).result[0].found)).toBe(1);
    expect(nOf((await client.get("c/d", { transaction })).result)).toBe(1);
    const { result } = await client.query("c", { transaction });
    expect(result.map((answer: any) => nOf(answer.document))).toEqual([1]);
    expect(await client.commit([{ set: "c/d" }], transaction)).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: "Cannot modify entities in a read-only transaction.",
    });
    expect((await client.read(["c/d"], { transaction })).status).toBe("OK");
    expect((await client.commit([], transaction)).status).toBe("OK");
    expect(await client.read(["c/d"], { transaction })).toMatchObject(OVER);
  });

  it("may begin at a past time", async () => {
    const { client } = fresh;
    const { result } = await client.commit([{ set: "c/d", fields: n(1) }]);
    await client.commit([{ set: "c/d", fields: n(2) }]);
    const transaction = await client.begin({ readOnly: { readTime: result.commitTime } });
    expect(nOf((await client.get("c/d", { transaction })).result)).toBe(1);
  });

  it("may not begin before the oldest readable version, nor in the future", async () => {
    const { client } = fresh;
    const at = (seconds: number) => ({
      database: client.database,
      options: { readOnly: { readTime: { seconds } } },
    });
    expect(await client.call("BeginTransaction", at(1_577_836_800))).toMatchObject({
      status: "FAILED_PRECONDITION",
      message: "The requested 'read_time' is too old.",
    });
    expect(await client.call("BeginTransaction", at(32_472_144_000))).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: "The requested 'read_time' cannot be in the future.",
    });
  });
});

describe("a read-write transaction", () => {
  it("reads the latest version of a document it has not read before", async () => {
    const { client } = fresh;
    const transaction = await client.begin();
    await client.read(["c/a"], { transaction });
    await client.commit([{ set: "c/b", fields: n(2) }]);
    expect(nOf((await client.read(["c/b"], { transaction })).result[0].found)).toBe(2);
  });

  it("ends with its commit, even without writes; a later rollback succeeds", async () => {
    const { client } = fresh;
    for (const writes of [[{ set: "c/d" }], []]) {
      const transaction = await client.begin();
      expect((await client.commit(writes, transaction)).status).toBe("OK");
      expect(await client.commit([{ set: "c/d" }], transaction)).toMatchObject(OVER);
      expect(await client.read(["c/d"], { transaction })).toMatchObject(OVER);
      expect((await client.rollback(transaction)).status).toBe("OK");
    }
  });

  it("ends with a failed precondition", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/a" }]);
    const transaction = await client.begin();
    const create = { set: "c/a", currentDocument: { exists: false } };
    expect((await client.commit([create], transaction)).status).toBe("ALREADY_EXISTS");
    expect(await client.read(["c/a"], { transaction })).toMatchObject(OVER);
  });

  it("stays open after an invalid write, which does not wait for locks", async () => {
    const { client } = fresh;
    const invalid = { set: "c/a", fields: { __x__: { integerValue: "1" } } };
    await client.read(["c/a"], { transaction: await client.begin() });
    const transaction = await client.begin();
    const outcome = await client.commit([invalid], transaction);
    expect(outcome).toMatchObject({ status: "INVALID_ARGUMENT", message: "field name __x__ is reserved" });
    expect(outcome.millis).toBeLessThan(250);
    expect((await client.read(["c/b"], { transaction })).status).toBe("OK");
  });
});

describe("a read that begins a transaction", () => {
  it.each([["BatchGetDocuments"], ["RunQuery"]])("returns the id first: %s", async (method) => {
    const { client } = fresh;
    await client.commit([{ set: "c/d", fields: n(1) }]);
    const newTransaction = { readWrite: {} };
    const { result } =
      method === "RunQuery"
        ? await client.query("c", { newTransaction })
        : await client.read(["c/d"], { newTransaction });
    expect(result[0].transaction).not.toBe("");
    expect(result).toHaveLength(2);
    expect((await client.commit([{ set: "c/d", fields: n(2) }])).status).toBe("ABORTED");
    expect((await client.commit([{ set: "c/d", fields: n(3) }], result[0].transaction)).status).toBe("OK");
  });

  it("returns the id even without results", async () => {
    const { client } = fresh;
    const newTransaction = { readWrite: {} };
    for (const { result } of [
      await client.read([], { newTransaction }),
      await client.query("none", { newTransaction }),
    ]) {
      expect(result).toHaveLength(1);
      expect((await client.commit([], result[0].transaction)).status).toBe("OK");
    }
  });

  it("returns the id for an aggregation", async () => {
    const { client } = fresh;
    const { result } = await client.call("RunAggregationQuery", {
      parent: client.name(""),
      structuredAggregationQuery: {
        structuredQuery: { from: [{ collectionId: "none" }] },
        aggregations: [{ alias: "count", count: {} }],
      },
      newTransaction: { readWrite: {} },
    });
    expect((await client.commit([{ set: "none/new" }])).status).toBe("ABORTED");
    expect((await client.commit([], result[0].transaction)).status).toBe("OK");
  });
});

describe("a transaction whose id did not reach its client", () => {
  const newTransaction = { readWrite: {} };

  it("holds no locks when the read that began it fails", async () => {
    const { client } = fresh;
    const impossible = {
      from: [{ collectionId: "c" }],
      where: { compositeFilter: { op: "OPERATOR_UNSPECIFIED" } },
    };
    const query = { parent: client.name(""), structuredQuery: impossible, newTransaction };
    expect((await client.call("RunQuery", query)).status).not.toBe("OK");
    expect((await client.read(["c/odd/path"], { newTransaction })).status).not.toBe("OK");
    const outcome = await client.commit([{ set: "c/d" }]);
    expect(outcome.status).toBe("OK");
  });

  it("holds no locks when its answer was lost", async () => {
    const { client } = fresh;
    const control = new EmulatorClient(fresh.emulator.address, fresh.projectId);
    await control.setFaults({
      seed: 1,
      faults: [{ method: "BatchGetDocuments", probability: 1, effect: "LOSE_ANSWER" }],
    });
    expect((await client.read(["c/d"], { newTransaction })).status).toBe("UNAVAILABLE");
    await control.clearFaults();
    expect((await client.commit([{ set: "c/d" }])).status).toBe("OK");
  });
});

describe("a transaction's id", () => {
  it("is new when it retries another transaction", async () => {
    const { client } = fresh;
    const transaction = await client.begin();
    const retry = await client.begin({ readWrite: { retryTransaction: transaction } });
    expect(retry).not.toBe(transaction);
  });

  it("is refused when its bytes were never an id", async () => {
    const { client } = fresh;
    const { database } = client;
    const options = { readWrite: { retryTransaction: NOT_AN_ID } };
    expect(await client.call("BeginTransaction", { database, options })).toMatchObject(MALFORMED);
    expect(await client.commit([], NOT_AN_ID)).toMatchObject(MALFORMED);
    expect(await client.rollback(NOT_AN_ID)).toMatchObject(MALFORMED);
    expect(await client.rollback("")).toMatchObject(MALFORMED);
    expect(await client.read([], { transaction: NOT_AN_ID })).toMatchObject(MALFORMED);
  });
});

describe("a read in the past", () => {
  it("shows documents, queries and listings as of that time", async () => {
    const { client } = fresh;
    const { result } = await client.commit([
      { set: "c/a", fields: n(1) },
      { set: "c/gone", fields: n(2) },
    ]);
    await client.commit([{ set: "c/a", fields: n(9) }, { remove: "c/gone" }, { set: "c/new", fields: n(3) }]);
    const selector = { readTime: result.commitTime };
    expect(nOf((await client.get("c/a", selector)).result)).toBe(1);
    const queried = await client.query("c", selector);
    expect(queried.result.map((answer: any) => nOf(answer.document))).toEqual([1, 2]);
    const listed = await client.call("ListDocuments", {
      parent: client.name(""),
      collectionId: "c",
      ...selector,
    });
    expect(listed.result.documents.map(nOf)).toEqual([1, 2]);
  });
});
