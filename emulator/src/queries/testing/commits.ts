import * as fc from "fast-check";
import type { Database } from "../../storage/database.ts";
import type { StoredDocument } from "../../values/document.ts";
import type { DocumentChange } from "../../storage/commit-record.ts";
import { arbitraryNumber, arbitraryValue } from "../../values/value-arbitraries.ts";
import type { Fields, Value } from "../../values/value.ts";

/** The documents to set, or to delete where the fields are undefined. */
export type Writes = readonly (readonly [path: string, fields: Fields | undefined])[];

const smallInteger = fc.nat({ max: 3 }).map((n): Value => ({ kind: "integer", value: BigInt(n) }));

const fieldValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: smallInteger },
  { weight: 2, arbitrary: arbitraryNumber() },
  { weight: 1, arbitrary: arbitraryValue },
  {
    weight: 2,
    arbitrary: fc.array(smallInteger, { maxLength: 3 }).map((values): Value => ({ kind: "array", values })),
  },
);

const fields: fc.Arbitrary<Fields> = fc
  .dictionary(fc.constantFrom("a", "b", "c"), fieldValue)
  .map((record) => new Map(Object.entries(record)));

const path = fc
  .tuple(fc.constantFrom("c", "p/1/c", "p/2/c", "d"), fc.nat({ max: 9 }))
  .map(([collection, id]) => `${collection}/${id}`);

/** A sequence of commits over few documents, so that they are written repeatedly. */
export const arbitraryCommits: fc.Arbitrary<Writes[]> = fc.array(
  fc.uniqueArray(fc.tuple(path, fc.option(fields, { freq: 5, nil: undefined })), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 12,
  }),
  { minLength: 1, maxLength: 8 },
);

/** Applies the writes as one commit. */
export function commit(database: Database, writes: Writes): void {
  const version = database.nextVersion();
  const changes: DocumentChange[] = [];
  for (const [name, content] of writes) {
    const before = database.latest().get(name);
    const createTime = before?.createTime ?? version;
    const after: StoredDocument | undefined = content && {
      path: name,
      fields: content,
      createTime,
      updateTime: version,
    };
    if (before || after) changes.push({ path: name, before, after });
  }
  database.apply(version, changes);
}
