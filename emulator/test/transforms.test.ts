import { describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";

const fresh = freshProjects();

const integer = (value: number | string) => ({ integerValue: String(value) });
const double = (value: number) => ({ doubleValue: value });
const array = (...values: object[]) => ({ arrayValue: { values } });
const text = (stringValue: string) => ({ stringValue });

/** The new value of the field `f` after a transform of `before`, and the value in the write result. */
async function transformed(
  before: object | undefined,
  transform: object,
): Promise<{ field: any; result: any }> {
  const { client } = fresh;
  await client.commit([{ set: "c/d", fields: before ? { f: before } : {} }]);
  const { result } = await client.commit([
    { set: "c/d", updateMask: { fieldPaths: [] }, updateTransforms: [{ fieldPath: "f", ...transform }] },
  ]);
  const { valueType: _, ...field } = (await client.get("c/d")).result.fields.f;
  const { valueType: __, ...reported } = result.writeResults[0].transformResults[0];
  return { field, result: reported };
}

describe("an increment", () => {
  it.each([
    ["a missing field", undefined, integer(5), integer(5)],
    ["an integer", integer(5), integer(3), integer(8)],
    ["a double by an integer", double(1.5), integer(2), double(3.5)],
    ["an integer by a double", integer(5), double(2.5), double(7.5)],
    ["a string, which it replaces", text("x"), integer(7), integer(7)],
    [
      "the largest integer without overflow",
      integer("9223372036854775807"),
      integer(1),
      integer("9223372036854775807"),
    ],
    [
      "the smallest integer without overflow",
      integer("-9223372036854775808"),
      integer(-1),
      integer("-9223372036854775808"),
    ],
  ])("adds to %s", async (_, before, increment, after) => {
    expect(await transformed(before, { increment })).toEqual({ field: after, result: after });
  });
});

describe("a maximum or minimum", () => {
  it.each([
    ["stores the larger number", integer(3), { maximum: integer(5) }, integer(5)],
    ["keeps the type of equal numbers for a maximum", integer(3), { maximum: double(3) }, integer(3)],
    ["keeps the larger number", integer(3), { maximum: double(2.5) }, integer(3)],
    ["stores the operand in a missing field", undefined, { maximum: integer(7) }, integer(7)],
    ["replaces a value that is not a number", text("x"), { maximum: integer(1) }, integer(1)],
    ["prefers NaN", integer(1), { maximum: double(NaN) }, double(NaN)],
    ["stores the smaller number", integer(3), { minimum: double(2.5) }, double(2.5)],
    ["keeps the type of equal numbers for a minimum", integer(3), { minimum: double(3) }, integer(3)],
  ])("%s", async (_, before, transform, after) => {
    expect((await transformed(before, transform)).field).toEqual(after);
  });
});

describe("an array transform", () => {
  const union = (...values: object[]) => ({ appendMissingElements: { values } });
  const remove = (...values: object[]) => ({ removeAllFromArray: { values } });

  it.each([
    [
      "appends missing elements once",
      array(integer(1)),
      union(double(1), text("b"), text("b")),
      array(integer(1), text("b")),
    ],
    ["creates an array", undefined, union(integer(1), integer(1)), array(integer(1))],
    ["replaces a value that is not an array", integer(5), union(text("x")), array(text("x"))],
    [
      "removes every equal element",
      array(integer(1), double(1), integer(2)),
      remove(integer(1)),
      array(integer(2)),
    ],
    ["leaves an empty array", undefined, remove(integer(1)), { arrayValue: {} }],
  ])("%s and reports null", async (_, before, transform, after) => {
    const { field, result } = await transformed(before, transform);
    expect(strip(field)).toEqual(after);
    expect(result).toEqual({ nullValue: "NULL_VALUE" });
  });

  it("keeps the update time if it changes nothing", async () => {
    const { client } = fresh;
    const { result } = await client.commit([{ set: "c/d", fields: { f: array(integer(1)) } }]);
    const again = await client.commit([
      {
        set: "c/d",
        updateMask: { fieldPaths: [] },
        updateTransforms: [{ fieldPath: "f", ...union(integer(1)) }],
      },
    ]);
    expect(again.result.writeResults[0].updateTime).toEqual(result.commitTime);
  });
});

describe("a transform", () => {
  it("sees the update and the transforms before it", async () => {
    const increment = { fieldPath: "f", increment: integer(1) };
    const { result } = await fresh.client.commit([
      { set: "c/d", fields: { f: integer(1) }, updateTransforms: [increment, increment] },
    ]);
    const values = result.writeResults[0].transformResults.map((value: any) => value.integerValue);
    expect(values).toEqual(["2", "3"]);
  });

  it("creates the maps on the way to a nested field", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/d", fields: { a: integer(1) } }]);
    await client.commit([
      {
        set: "c/d",
        updateMask: { fieldPaths: [] },
        updateTransforms: [{ fieldPath: "a.b", increment: integer(1) }],
      },
    ]);
    expect(strip((await client.get("c/d")).result.fields.a)).toEqual({
      mapValue: { fields: { b: integer(1) } },
    });
  });

  it("may be a write of its own", async () => {
    const { client } = fresh;
    const transform = {
      document: client.name("c/d"),
      fieldTransforms: [{ fieldPath: "f", increment: integer(1) }],
    };
    const outcome = await client.call("Commit", { database: client.database, writes: [{ transform }] });
    expect(outcome.result.writeResults[0].transformResults[0].integerValue).toBe("1");
  });
});

describe("the depth of a transform", () => {
  const path = (length: number) => Array<string>(length).fill("a").join(".");
  const map = { mapValue: { fields: { m: integer(1) } } };
  const commit = (fieldPath: string, transform: object) =>
    fresh.client.commit([
      { set: "c/d", updateMask: { fieldPaths: [] }, updateTransforms: [{ fieldPath, ...transform }] },
    ]);

  // A path of 21 names passes through 20 maps.
  it.each([
    ["a number", 21, { increment: integer(1) }],
    ["the server's time", 21, { setToServerValue: "REQUEST_TIME" }],
    ["an array to append to", 20, { appendMissingElements: { values: [integer(1)] } }],
    ["an array to remove from", 20, { removeAllFromArray: { values: [integer(1)] } }],
    ["a map appended to an array", 19, { appendMissingElements: { values: [map] } }],
    ["a map removed from an array", 19, { removeAllFromArray: { values: [map] } }],
  ])("is limited for %s to a path of %i names", async (_, longest, transform) => {
    expect(await commit(path(longest), transform)).toMatchObject({ status: "OK" });
    for (const length of [longest + 1, 25]) {
      expect(await commit(path(length), transform)).toMatchObject({
        status: "INVALID_ARGUMENT",
        message: "Property nesting is deeper than the maximum of 20 levels.",
      });
    }
  });

  it("is limited like an update of the same field", async () => {
    const nested = (length: number, value: object): object =>
      length === 1 ? value : { mapValue: { fields: { a: nested(length - 1, value) } } };
    const update = (length: number, value: object) =>
      fresh.client.commit([
        { set: "c/d", fields: { a: nested(length, value) }, updateMask: { fieldPaths: [path(length)] } },
      ]);
    const statuses = [
      update(21, integer(1)),
      update(22, integer(1)),
      update(20, array()),
      update(21, array()),
    ];
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([
      "OK",
      "INVALID_ARGUMENT",
      "OK",
      "INVALID_ARGUMENT",
    ]);
  });

  it("is limited in a write of its own too", async () => {
    const { client } = fresh;
    const transform = {
      document: client.name("c/d"),
      fieldTransforms: [{ fieldPath: path(22), increment: integer(1) }],
    };
    const outcome = await client.call("Commit", { database: client.database, writes: [{ transform }] });
    expect(outcome.status).toBe("INVALID_ARGUMENT");
    expect((await client.get("c/d")).status).toBe("NOT_FOUND");
  });
});

describe("the server time", () => {
  it("is one value for a whole commit, with millisecond precision", async () => {
    const serverTime = { fieldPath: "t", setToServerValue: "REQUEST_TIME" };
    const { result } = await fresh.client.commit([
      { set: "c/d", updateTransforms: [serverTime, { ...serverTime, fieldPath: "m.t" }] },
      { set: "c/e", updateTransforms: [serverTime] },
    ]);
    const times = result.writeResults
      .flatMap((one: any) => one.transformResults)
      .map((one: any) => one.timestampValue);
    expect(times).toHaveLength(3);
    expect(times[1]).toEqual(times[0]);
    expect(times[2]).toEqual(times[0]);
    expect(times[0].nanos % 1_000_000).toBe(0);
  });
});

/** The values without the type names that decoding adds. */
function strip(value: any): any {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === "valueType" ? undefined : inner)));
}
