import { beforeEach, describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";
import { n, RawClient } from "./support/raw-client.ts";

const fresh = freshProjects();

beforeEach(async () => {
  const paths = ["c/a", "c/b", "d/b", "a/z", "B/x", "c/m/sub/x", "c/a/s/1", "c/a/t/2"];
  await fresh.client.commit(paths.map((set) => ({ set, fields: { ...n(1), m: { integerValue: "2" } } })));
});

const list = (request: object, parent = "") =>
  fresh.client.call("ListDocuments", { parent: fresh.client.name(parent), ...request });

const pathsOf = (outcome: { result: any }) =>
  (outcome.result.documents ?? []).map((document: any) => document.name.split("/documents/")[1]);

describe("ListDocuments", () => {
  it("lists a collection in the order of names", async () => {
    expect(pathsOf(await list({ collectionId: "c" }))).toEqual(["c/a", "c/b"]);
  });

  it("lists every document right below the parent without a collection id", async () => {
    expect(pathsOf(await list({}))).toEqual(["B/x", "a/z", "c/a", "c/b", "d/b"]);
    expect(pathsOf(await list({}, "c/a"))).toEqual(["c/a/s/1", "c/a/t/2"]);
    expect(pathsOf(await list({}, "c/none"))).toEqual([]);
  });

  it("shows missing documents with descendants on request", async () => {
    const outcome = await list({ collectionId: "c", showMissing: true });
    expect(pathsOf(outcome)).toEqual(["c/a", "c/b", "c/m"]);
    expect(outcome.result.documents[2].createTime ?? null).toBeNull();
  });

  it("returns only masked fields", async () => {
    const { result } = await list({ collectionId: "c", mask: { fieldPaths: ["n"] } });
    expect(Object.keys(result.documents[0].fields)).toEqual(["n"]);
  });

  it("returns a token with every full page, so the last page may be empty", async () => {
    const pages: string[][] = [];
    let pageToken = "";
    do {
      const outcome = await list({ pageSize: 1, pageToken });
      pages.push(pathsOf(outcome));
      pageToken = outcome.result.nextPageToken ?? "";
    } while (pageToken !== "");
    expect(pages).toEqual([["B/x"], ["a/z"], ["c/a"], ["c/b"], ["d/b"], []]);
  });

  it("orders a collection by a field", async () => {
    await fresh.client.commit([{ set: "c/b", fields: n(0) }]);
    expect(pathsOf(await list({ collectionId: "c", orderBy: "n" }))).toEqual(["c/b", "c/a"]);
    expect(pathsOf(await list({ collectionId: "c", orderBy: "n desc", pageSize: 1 }))).toEqual(["c/a"]);
  });

  const KIND = "kind is required for all orders except __key__ ascending";
  const MISSING = "collection id must be set when show_missing is true";
  it.each([
    [{ pageSize: -1, orderBy: "n" }, "INVALID_ARGUMENT", "Page size must be nonnegative."],
    [{ orderBy: "__name__ desc" }, "FAILED_PRECONDITION", "Firestore does not support descending key scans"],
    [{ orderBy: "n" }, "INVALID_ARGUMENT", KIND],
    [{ showMissing: true }, "INVALID_ARGUMENT", MISSING],
    [{ pageToken: "?" }, "INVALID_ARGUMENT", "Invalid page token."],
  ])("refuses %j", async (request, status, message) => {
    expect(await list(request)).toMatchObject({ status, message });
  });
});

describe("ListCollectionIds", () => {
  const ids = (parent: string, rest: object = {}) =>
    fresh.client.call("ListCollectionIds", { parent: fresh.client.name(parent), ...rest });

  it("lists the collections right below a document, even a missing one", async () => {
    expect((await ids("")).result.collectionIds).toEqual(["B", "a", "c", "d"]);
    expect((await ids("c/a")).result.collectionIds).toEqual(["s", "t"]);
    expect((await ids("c/m")).result.collectionIds).toEqual(["sub"]);
  });

  it("returns pages", async () => {
    const first = (await ids("", { pageSize: 3 })).result;
    expect(first.collectionIds).toEqual(["B", "a", "c"]);
    const second = (await ids("", { pageSize: 3, pageToken: first.nextPageToken })).result;
    expect(second.collectionIds).toEqual(["d"]);
    expect(second.nextPageToken).toBe("");
  });
});

describe("a client without full access", () => {
  it("may not list what only servers may list", async () => {
    const anyone = new RawClient(fresh.emulator.address, fresh.projectId, null);
    const denied = (message: string) => ({ status: "PERMISSION_DENIED", message });
    const metadata = denied("Metadata operations require admin authentication.");
    const parent = anyone.name("");
    expect(await anyone.call("ListCollectionIds", { parent })).toMatchObject(metadata);
    expect(
      await anyone.call("ListDocuments", { parent, collectionId: "c", showMissing: true }),
    ).toMatchObject(metadata);
    expect(await anyone.call("BatchWrite", { database: anyone.database })).toMatchObject(
      denied("Batch writes require admin authentication."),
    );
    anyone.close();
  });
});
