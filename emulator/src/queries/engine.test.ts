import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Database } from "../storage/database.ts";
import type { DocumentChange, ReadView, StoredDocument } from "../storage/document.ts";
import { arbitraryNumber, arbitraryValue } from "../values/arbitraries.ts";
import type { Fields, Value } from "../values/value.ts";
import { QueryEngine } from "./engine.ts";
import { oracle } from "./oracle.ts";
import { parseQuery } from "./parse.ts";
import type { IStructuredQuery } from "./oracle.ts";
import { arbitraryQuery, documentsName } from "./query-arbitraries.ts";

const simpleValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 3 }).map((n): Value => ({ kind: "integer", value: BigInt(n) })) },
  { weight: 2, arbitrary: arbitraryNumber() },
  { weight: 1, arbitrary: arbitraryValue },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.nat({ max: 2 }).map((n): Value => ({ kind: "integer", value: BigInt(n) })),
        { maxLength: 3 },
      )
      .map((values): Value => ({ kind: "array", values })),
  },
);

const arbitraryFields: fc.Arbitrary<Fields> = fc
  .dictionary(fc.constantFrom("a", "b", "c"), simpleValue)
  .map((fields) => new Map(Object.entries(fields)));

const arbitraryPath = fc
  .tuple(fc.constantFrom("c", "p/1/c", "p/2/c", "d"), fc.nat({ max: 9 }))
  .map(([collection, id]) => `${collection}/${id}`);

/** Commits: each sets or deletes some documents. */
const arbitraryCommits = fc.array(
  fc.uniqueArray(fc.tuple(arbitraryPath, fc.option(arbitraryFields, { freq: 5, nil: undefined })), {
    selector: ([path]) => path,
    minLength: 1,
    maxLength: 12,
  }),
  { minLength: 1, maxLength: 8 },
);

function commit(database: Database, writes: readonly (readonly [string, Fields | undefined])[]): void {
  const version = database.nextVersion();
  const changes: DocumentChange[] = [];
  for (const [path, fields] of writes) {
    const before = database.latest().get(path);
    const after: StoredDocument | undefined = fields && {
      path,
      fields,
      createTime: before?.createTime ?? version,
      updateTime: version,
    };
    if (before || after) changes.push({ path, before, after });
  }
  database.apply(version, changes);
}

function allDocuments(view: ReadView): StoredDocument[] {
  return ["c", "d", "p"].flatMap((id) => [...view.scanCollectionGroup(id)]);
}

describe("running queries", () => {
  it("gives by index, by scan and on older views what filtering and sorting everything gives", () => {
    fc.assert(
      fc.property(
        arbitraryCommits,
        fc.array(arbitraryQuery, { minLength: 1, maxLength: 6 }),
        (commits, queries) => {
          const database = new Database("projects/p/databases/(default)");
          const indexing = new QueryEngine(database, undefined, 0);
          const scanning = new QueryEngine(database, undefined, Infinity);
          const views: ReadView[] = [];
          for (const writes of commits) {
            commit(database, writes);
            database.pin(database.currentVersion);
            views.push(database.viewAt(database.currentVersion));
            for (const [parent, wire] of queries) {
              const query = parseQuery(parent, wire);
              for (const view of [database.latest(), ...views]) {
                const expected = oracle(parent, wire, allDocuments(view));
                expect(indexing.run(view, query).documents.map((d) => d.path)).toEqual(expected);
                expect(scanning.run(view, query).documents.map((d) => d.path)).toEqual(expected);
              }
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it("returns the documents as the view shows them", () => {
    const database = new Database("projects/p/databases/(default)");
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

  it("counts what the offset skips", () => {
    const database = new Database("projects/p/databases/(default)");
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
});
