import { AggregateField, FieldPath, FieldValue, Filter, GeoPoint, Timestamp } from "@google-cloud/firestore";
import type { CollectionReference, Query } from "@google-cloud/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";
import { sdkClients } from "./support/sdk.ts";

const fresh = freshProjects();
const { admin } = sdkClients(fresh);
let col: CollectionReference;

beforeEach(() => {
  col = admin().collection("c");
});

async function fill(documents: Record<string, object>): Promise<void> {
  const batch = col.firestore.batch();
  for (const [id, data] of Object.entries(documents)) batch.set(col.doc(id), data);
  await batch.commit();
}

async function ids(query: Query): Promise<string[]> {
  return (await query.get()).docs.map((document) => document.id);
}

describe("the order of a query", () => {
  it("is Firestore's order across types, in both directions", async () => {
    const values = {
      null: null,
      no: false,
      yes: true,
      nan: NaN,
      minusInfinity: -Infinity,
      minusOne: -1,
      half: 0.5,
      one: 1,
      early: Timestamp.fromMillis(0),
      late: Timestamp.fromMillis(1),
      empty: "",
      bmp: "\uffee",
      astral: "\u{1f600}",
      bytes: Buffer.from([0]),
      moreBytes: Buffer.from([0, 0]),
      reference: col.doc("a"),
      deeper: col.doc("a").collection("x").doc("a"),
      south: new GeoPoint(-90, 0),
      north: new GeoPoint(90, 0),
      array: [1],
      longerArray: [1, 0],
      greaterArray: [2],
      vector: FieldValue.vector([9]),
      longerVector: FieldValue.vector([0, 0]),
      map: { a: 1 },
      longerMap: { a: 1, b: 0 },
      greaterMap: { b: 0 },
    };
    await fill(Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { value }])));
    expect(await ids(col.orderBy("value"))).toEqual(Object.keys(values));
    expect(await ids(col.orderBy("value", "desc"))).toEqual(Object.keys(values).reverse());
  });

  it("breaks ties by name, and omits documents without the field", async () => {
    await fill({ b: { n: 1 }, a: { n: 1.0 }, c: { n: 0 }, d: { m: 1 } });
    expect(await ids(col.orderBy("n"))).toEqual(["c", "a", "b"]);
    expect(await ids(col.orderBy("n", "desc"))).toEqual(["b", "a", "c"]);
  });
});

describe("a filter", () => {
  it("compares within one type, and NaN and null only with themselves", async () => {
    await fill({ nan: { v: NaN }, null: { v: null }, one: { v: 1 }, text: { v: "1" }, none: {} });
    expect(await ids(col.where("v", ">", 0))).toEqual(["one"]);
    expect(await ids(col.where("v", "==", null))).toEqual(["null"]);
    expect(await ids(col.where("v", "==", NaN))).toEqual(["nan"]);
    expect(await ids(col.where("v", "!=", 1))).toEqual(["nan", "text"]);
    expect(await ids(col.where("v", "!=", null))).toEqual(["nan", "one", "text"]);
    expect(await ids(col.where("v", "!=", NaN))).toEqual(["one", "text"]);
    expect(await ids(col.where("v", "in", [null, NaN, 1]))).toEqual(["one"]);
    expect(await ids(col.where("v", "not-in", [1, NaN]))).toEqual(["text"]);
    expect(await ids(col.where("v", "not-in", [null]))).toEqual([]);
  });

  it("matches elements of arrays and fields of maps", async () => {
    await fill({
      a: { t: ["x", { k: 1 }], m: { k: 1 } },
      b: { t: ["y"], m: { k: 2 } },
      c: { t: "x", m: [null] },
    });
    expect(await ids(col.where("t", "array-contains", { k: 1 }))).toEqual(["a"]);
    expect(await ids(col.where("t", "array-contains-any", ["x", "y"]))).toEqual(["a", "b"]);
    expect(await ids(col.where("m.k", ">=", 2))).toEqual(["b"]);
    expect(await ids(col.where("m", "in", [{ k: 1 }, [null]]))).toEqual(["a", "c"]);
  });

  it("may combine filters by and and or, with each document once", async () => {
    await fill({ a: { x: 1, y: 1 }, b: { x: 1, y: 2 }, c: { x: 2, y: 2 }, d: { x: 3, y: 3 } });
    const either = Filter.or(Filter.where("x", "==", 1), Filter.where("y", "==", 2));
    expect(await ids(col.where(either))).toEqual(["a", "b", "c"]);
    expect(await ids(col.where(either).orderBy("y", "desc").limit(2))).toEqual(["c", "b"]);
    const nested = Filter.and(either, Filter.or(Filter.where("y", ">", 1), Filter.where("x", "in", [2])));
    expect(await ids(col.where(nested))).toEqual(["b", "c"]);
  });

  it("may have inequalities on several fields", async () => {
    await fill({ a: { x: 1, y: 5 }, b: { x: 2, y: 4 }, c: { x: 3, y: 3 }, d: { x: 4, y: 2 } });
    const between = col.where("x", ">", 1).where("y", ">=", 3);
    expect(await ids(between)).toEqual(["b", "c"]);
    expect(await ids(between.orderBy("y"))).toEqual(["c", "b"]);
  });

  it("matches documents by name", async () => {
    await fill({ a: {}, b: {}, c: {} });
    const name = FieldPath.documentId();
    expect(await ids(col.where(name, ">", "a"))).toEqual(["b", "c"]);
    expect(await ids(col.where(name, "in", ["c", "a", "x"]))).toEqual(["a", "c"]);
    expect(await ids(col.where(name, "not-in", ["a"]))).toEqual(["b", "c"]);
    expect(await ids(col.where(name, "!=", "b"))).toEqual(["a", "c"]);
  });
});

describe("paging", () => {
  beforeEach(() => fill({ a: { n: 1, m: 1 }, b: { n: 2, m: 1 }, c: { n: 2, m: 2 }, d: { n: 3, m: 1 } }));

  it("begins and ends at any prefix of the order", async () => {
    expect(await ids(col.orderBy("n").startAt(2))).toEqual(["b", "c", "d"]);
    expect(await ids(col.orderBy("n").startAfter(2))).toEqual(["d"]);
    expect(await ids(col.orderBy("n").endBefore(2))).toEqual(["a"]);
    expect(await ids(col.orderBy("n").endAt(2))).toEqual(["a", "b", "c"]);
    expect(await ids(col.orderBy("n").orderBy("m", "desc").startAt(2, 1))).toEqual(["b", "d"]);
    expect(await ids(col.orderBy("n", "desc").startAfter(await col.doc("c").get()))).toEqual(["b", "a"]);
  });

  it("supports limitToLast, offset and limit", async () => {
    expect(await ids(col.orderBy("n").limitToLast(2))).toEqual(["c", "d"]);
    expect(await ids(col.orderBy("n").offset(1).limit(2))).toEqual(["b", "c"]);
    expect(await ids(col.offset(9))).toEqual([]);
  });

  it("returns the selected fields", async () => {
    const { docs } = await col.where("n", "==", 3).select("m").get();
    expect(docs[0]!.data()).toEqual({ m: 1 });
    expect((await col.select().limit(1).get()).docs[0]!.data()).toEqual({});
  });
});

describe("scope", () => {
  it("is a collection, a group of them anywhere, or a group under a parent", async () => {
    const firestore = col.firestore;
    for (const path of ["c/1", "p/1/c/2", "p/2/q/1/c/3", "cc/4"]) await firestore.doc(path).set({});
    expect(await ids(col)).toEqual(["1"]);
    expect(await ids(firestore.collectionGroup("c"))).toEqual(["1", "2", "3"]);
    const { client } = fresh;
    const structuredQuery = { from: [{ collectionId: "c", allDescendants: true }] };
    const { result } = await client.call("RunQuery", { parent: client.name("p/2"), structuredQuery });
    expect(result.map((answer: any) => answer.document.name)).toEqual([client.name("p/2/q/1/c/3")]);
  });

  it("is all descendants, for a recursive delete", async () => {
    const firestore = col.firestore;
    for (const path of ["c/1", "c/1/x/1/y/1", "c/2/x/1", "cc/1", "b/1"]) await firestore.doc(path).set({});
    await firestore.recursiveDelete(col);
    const left = await firestore.getAll(
      ...["c/1/x/1/y/1", "c/2/x/1", "cc/1", "b/1"].map((path) => firestore.doc(path)),
    );
    expect(left.map((document) => document.exists)).toEqual([false, false, true, true]);
  });
});

describe("an aggregation", () => {
  it("counts, sums and averages the documents the query selects", async () => {
    await fill({ a: { n: 1, k: 1 }, b: { n: 2, k: 1 }, c: { n: "3", k: 1 }, d: { k: 1 }, e: { n: 9, k: 2 } });
    const query = col.where("k", "==", 1);
    expect((await query.count().get()).data()).toEqual({ count: 4 });
    const spec = {
      sum: AggregateField.sum("n"),
      average: AggregateField.average("n"),
      count: AggregateField.count(),
    };
    expect((await query.aggregate(spec).get()).data()).toEqual({ sum: 3, average: 1.5, count: 3 });
  });
});

describe("a query", () => {
  it.each<[string, (query: CollectionReference) => Query, string]>([
    ["in", (q) => q.where("a", "in", Array(31).fill(1)), "'IN' supports up to 30 comparison values."],
    [
      "not-in",
      (q) => q.where("a", "not-in", Array(11).fill(1)),
      "'NOT_IN' supports up to 10 comparison values.",
    ],
    [
      "array-contains",
      (q) => q.where("a", "array-contains", 1).where("b", "array-contains", 1),
      "A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.",
    ],
    [
      "disjunctions",
      (q) => q.where("a", "in", [1, 2, 3, 4, 5, 6]).where("b", "in", [1, 2, 3, 4, 5, 6]),
      "Too many disjunctions after normalization. Result had 36 disjunctions which is more than the maximum of 30",
    ],
  ])("is refused beyond the limit on %s", async (_, build, message) => {
    await expect(build(col).get()).rejects.toMatchObject({ code: 3, details: message });
  });
});
