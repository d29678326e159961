import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Database } from "../storage/database.ts";
import type { StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { Fields } from "../values/value.ts";
import { QueryEngine } from "./engine.ts";
import { parseQuery } from "./parse.ts";
import { arbitraryCommits, commit } from "./testing/commits.ts";
import { oracle } from "./testing/oracle.ts";
import type { IStructuredQuery } from "./testing/oracle.ts";
import { arbitraryQuery, documentsName } from "./testing/query-arbitraries.ts";

const DATABASE = "projects/p/databases/(default)";

function allDocuments(view: ReadView): StoredDocument[] {
  return ["c", "d", "p"].flatMap((id) => [...view.scanCollectionGroup(id)]);
}

describe("the query engine", () => {
  it("returns the same as filtering and sorting every document: by index, by scan and on older views", () => {
    let found = 0;
    fc.assert(
      fc.property(
        arbitraryCommits,
        fc.array(arbitraryQuery, { minLength: 1, maxLength: 6 }),
        (commits, queries) => {
          const database = new Database(DATABASE);
          const indexing = new QueryEngine(database, undefined, 0);
          const scanning = new QueryEngine(database, undefined, Infinity);
          const views: ReadView[] = [database.latest()];
          for (const writes of commits) {
            commit(database, writes);
            database.pin(database.currentVersion);
            views.push(database.viewAt(database.currentVersion));
            for (const [parent, wire] of queries) {
              const query = parseQuery(parent, wire);
              for (const view of views) {
                const expected = oracle(parent, wire, allDocuments(view));
                expect(indexing.run(view, query).documents.map((d) => d.path)).toEqual(expected);
                expect(scanning.run(view, query).documents.map((d) => d.path)).toEqual(expected);
                found += expected.length;
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    // The comparison would be worth little if the queries found nothing.
    expect(found).toBeGreaterThan(2_000);
  }, 60_000);

  it("returns the versions of the view", () => {
    const database = new Database(DATABASE);
    const engine = new QueryEngine(database, undefined, 0);
    const fields = (n: bigint): Fields => new Map([["a", { kind: "integer", value: n }]]);
    const wire: IStructuredQuery = {
      from: [{ collectionId: "c" }],
      orderBy: [{ field: { fieldPath: "a" } }],
    };
    const query = parseQuery(documentsName, wire);
    commit(database, [
      ["c/1", fields(1n)],
      ["c/2", fields(2n)],
    ]);
    expect(engine.run(database.latest(), query).documents).toHaveLength(2);
    database.pin(database.currentVersion);
    const before = database.viewAt(database.currentVersion);
    commit(database, [
      ["c/1", fields(3n)],
      ["c/2", undefined],
      ["c/3", fields(0n)],
    ]);
    expect(engine.run(before, query).documents.map((d) => d.fields)).toEqual([fields(1n), fields(2n)]);
    expect(engine.run(database.latest(), query).documents.map((d) => d.fields)).toEqual([
      fields(0n),
      fields(3n),
    ]);
  });

  it("counts the documents the offset skips", () => {
    const database = new Database(DATABASE);
    const engine = new QueryEngine(database);
    commit(database, [
      ["c/1", new Map()],
      ["c/2", new Map()],
      ["c/3", new Map()],
    ]);
    const page = (offset: number) => {
      const wire = { from: [{ collectionId: "c" }], offset, limit: { value: 1 } };
      const { documents, skipped } = engine.run(database.latest(), parseQuery(documentsName, wire));
      return [documents.map((document) => document.path), skipped];
    };
    expect(page(2)).toEqual([["c/3"], 2]);
    expect(page(7)).toEqual([[], 3]);
  });

  it("reads no more documents than it returns, regardless of the size of the collection", () => {
    const database = new Database(DATABASE);
    const engine = new QueryEngine(database);
    const document = (i: number): Fields =>
      new Map([
        ["k", { kind: "integer", value: BigInt(i % 100) }],
        ["n", { kind: "integer", value: BigInt(i) }],
      ]);
    commit(
      database,
      Array.from({ length: 20_000 }, (_, i) => [`c/${i}`, document(i)]),
    );
    const field = (fieldPath: string, op: "EQUAL" | "GREATER_THAN", value: number) => {
      return { fieldFilter: { field: { fieldPath }, op, value: { integerValue: value } } };
    };
    const from = [{ collectionId: "c" }];
    const filters = [field("k", "EQUAL", 7), field("n", "GREATER_THAN", 1000)];
    const queries: IStructuredQuery[] = [
      { from, where: field("k", "EQUAL", 7), limit: { value: 50 } },
      { from, where: field("n", "GREATER_THAN", 10_000), limit: { value: 50 } },
      { from, where: { compositeFilter: { op: "AND", filters } }, limit: { value: 50 } },
      { from, orderBy: [{ field: { fieldPath: "n" }, direction: "DESCENDING" }], limit: { value: 50 } },
    ];
    const looked = vi.spyOn(database.latest(), "get");
    for (const wire of queries) {
      looked.mockClear();
      expect(engine.run(database.latest(), parseQuery(documentsName, wire)).documents).toHaveLength(50);
      expect(looked).toHaveBeenCalledTimes(50);
    }
  });

  it("selects everything below a collection by a range of names, as a recursive delete does", () => {
    const database = new Database(DATABASE);
    const engine = new QueryEngine(database);
    const paths = ["a/1", "a/1/x/1", "a/1/x/1/y/__id7__", "a/2", "a-b/1", "b/1", "b/1/a/1"];
    commit(
      database,
      paths.map((path) => [path, new Map()]),
    );
    const bound = (op: "GREATER_THAN_OR_EQUAL" | "LESS_THAN", collection: string) => {
      const value = { referenceValue: `${documentsName}/${collection}/__id-9223372036854775808__` };
      return { fieldFilter: { field: { fieldPath: "__name__" }, op, value } };
    };
    const wire: IStructuredQuery = {
      from: [{ allDescendants: true }],
      where: {
        compositeFilter: {
          op: "AND",
          filters: [bound("GREATER_THAN_OR_EQUAL", "a"), bound("LESS_THAN", "a\0")],
        },
      },
    };
    const below = engine.run(database.latest(), parseQuery(documentsName, wire)).documents;
    expect(below.map((document) => document.path)).toEqual(["a/1", "a/1/x/1", "a/1/x/1/y/__id7__", "a/2"]);
    const ofDocument = parseQuery(`${documentsName}/a/1`, { from: [{ allDescendants: true }] });
    const descendants = engine.run(database.latest(), ofDocument).documents;
    expect(descendants.map((document) => document.path)).toEqual(["a/1/x/1", "a/1/x/1/y/__id7__"]);
  });
});
