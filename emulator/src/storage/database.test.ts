import { describe, expect, it } from "vitest";
import { Database } from "./database.ts";
import type { StoredDocument } from "../values/document.ts";
import { listCollectionIds, listDocumentPaths } from "./listing.ts";

function write(database: Database, path: string, exists = true): bigint {
  const version = database.nextVersion();
  const before = database.latest().get(path);
  const after: StoredDocument | undefined = exists
    ? { path, fields: new Map(), createTime: before?.createTime ?? version, updateTime: version }
    : undefined;
  return database.apply(version, [{ path, before, after }]).version;
}

const named = () => new Database("projects/p/databases/d");

describe("a view of an older version", () => {
  it("shows the documents of that version, regardless of later commits", () => {
    const database = named();
    const first = write(database, "c/a");
    const second = write(database, "c/b");
    write(database, "c/a", false);
    write(database, "c/b");
    const then = database.viewAt(second);
    expect(then.get("c/a")?.updateTime).toBe(first);
    expect(then.get("c/b")?.updateTime).toBe(second);
    expect([...then.scanCollectionGroup("c")].map(({ path }) => path).sort()).toEqual(["c/a", "c/b"]);
    expect([...then.pathsChangedSince()].sort()).toEqual(["c/a", "c/b"]);
    expect(database.latest().get("c/a")).toBeUndefined();
  });

  it("lists the documents and collections of that version", () => {
    const database = named();
    write(database, "c/a/s/x");
    const then = database.viewAt(write(database, "d/a"));
    write(database, "c/a/s/x", false);
    write(database, "e/a");
    expect(listCollectionIds(database, then, "")).toEqual(["c", "d"]);
    expect(listDocumentPaths(database, then, "c", { includeMissing: true })).toEqual(["c/a"]);
    expect(listDocumentPaths(database, then, "c", { includeMissing: false })).toEqual([]);
    expect(listCollectionIds(database, database.latest(), "")).toEqual(["d", "e"]);
  });
});

describe("the version of a commit", () => {
  it("increases while the clock stands still, and is greater than every earlier read time", () => {
    const database = new Database("projects/p/databases/d", { nowMillis: () => 5_000 });
    const first = write(database, "c/a");
    const read = database.readTime();
    expect(read).toBe(first);
    expect(write(database, "c/a")).toBeGreaterThan(read);
  });
});

describe("the history", () => {
  it("is bounded by its number of entries, and reports its oldest readable version", () => {
    const database = new Database("projects/p/databases/d", {
      history: { retentionMicros: 3_600_000_000n, maxEntries: 10, maxBytes: 1e9 },
    });
    const versions = Array.from({ length: 30 }, () => write(database, "c/a"));
    expect(database.oldestReadableVersion).toBe(versions[19]);
    expect(database.viewAt(versions[20]!).get("c/a")?.updateTime).toBe(versions[20]);
  });

  it("is bounded by its size", () => {
    const database = new Database("projects/p/databases/d", {
      history: { retentionMicros: 3_600_000_000n, maxEntries: 1_000, maxBytes: 500 },
    });
    const versions = Array.from({ length: 30 }, () => write(database, "c/a"));
    expect(database.oldestReadableVersion).toBeGreaterThan(versions[10]!);
    expect(database.oldestReadableVersion).toBeLessThan(versions[29]!);
  });

  it("keeps the versions a pinned view needs", () => {
    const database = new Database("projects/p/databases/d", {
      history: { retentionMicros: 3_600_000_000n, maxEntries: 10, maxBytes: 1e9 },
    });
    const pinned = write(database, "c/a");
    const unpin = database.pin(pinned);
    for (let i = 0; i < 30; i++) write(database, "c/a");
    expect(database.viewAt(pinned).get("c/a")?.updateTime).toBe(pinned);
    unpin();
    write(database, "c/a");
    expect(database.oldestReadableVersion).toBeGreaterThan(pinned);
  });
});
