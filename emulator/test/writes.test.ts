import { describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";
import { n, nOf } from "./support/raw-client.ts";

const fresh = freshProjects();
const INVALID = "INVALID_ARGUMENT";

describe("a precondition", () => {
  it("with exists: false refuses an existing document", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/d" }]);
    const outcome = await client.commit([{ set: "c/d", currentDocument: { exists: false } }]);
    expect(outcome).toMatchObject({
      status: "ALREADY_EXISTS",
      message: `entity already exists: EntityRef[partitionRef=dev~${fresh.projectId}, path=/c/d]`,
    });
  });

  it.each([["set"], ["remove"]])("with exists: true refuses to %s a missing document", async (operation) => {
    const outcome = await fresh.client.commit([{ [operation]: "c/d", currentDocument: { exists: true } }]);
    expect(outcome.status).toBe("NOT_FOUND");
    expect(outcome.message).toContain('Element {\n    type: "c"\n    name: "d"\n  }');
  });

  it("with another update time is refused with both versions", async () => {
    const { client } = fresh;
    const { result } = await client.commit([{ set: "c/d", fields: n(1) }]);
    const stale = { seconds: 978_307_200 };
    const outcome = await client.commit([
      { set: "c/d", fields: n(2), currentDocument: { updateTime: stale } },
    ]);
    expect(outcome.status).toBe("FAILED_PRECONDITION");
    const { seconds, nanos } = result.commitTime;
    const stored = BigInt(seconds) * 1_000_000n + BigInt(nanos / 1_000);
    expect(outcome.message).toBe(
      `the stored version (${stored}) does not match the required base version (978307200000000)`,
    );
    const current = { updateTime: result.commitTime };
    expect((await client.commit([{ set: "c/d", fields: n(3), currentDocument: current }])).status).toBe("OK");
  });

  it("prevents every write of its commit", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/new" }, { remove: "c/d", currentDocument: { exists: true } }]);
    expect((await client.get("c/new")).status).toBe("NOT_FOUND");
  });
});

describe("a write", () => {
  it("keeps the update time if it changes nothing, while the commit time advances", async () => {
    const { client } = fresh;
    const first = (await client.commit([{ set: "c/d", fields: n(1) }])).result;
    const second = (await client.commit([{ set: "c/d", fields: n(1) }])).result;
    expect(second.writeResults[0].updateTime).toEqual(first.commitTime);
    expect(second.commitTime).not.toEqual(first.commitTime);
    expect((await client.get("c/d")).result.updateTime).toEqual(first.commitTime);
  });

  it("reports the update time the document keeps if a later write of its commit reverts it", async () => {
    const { client } = fresh;
    const first = (await client.commit([{ set: "c/d", fields: n(1) }])).result;
    const { writeResults } = (
      await client.commit([
        { set: "c/d", fields: n(2) },
        { set: "c/d", fields: n(1) },
        { set: "c/other", fields: n(1) },
      ])
    ).result;
    expect((await client.get("c/d")).result.updateTime).toEqual(first.commitTime);
    expect(writeResults[0].updateTime).toEqual(first.commitTime);
    expect(writeResults[1].updateTime).toEqual(first.commitTime);
    expect((await client.get("c/other")).result.updateTime).toEqual(writeResults[2].updateTime);
    const current = { updateTime: writeResults[1].updateTime };
    expect((await client.commit([{ set: "c/d", fields: n(3), currentDocument: current }])).status).toBe("OK");
  });

  it("is a change when it replaces 1.0 by 1", async () => {
    const { client } = fresh;
    const first = (await client.commit([{ set: "c/d", fields: n(1) }])).result;
    const second = (await client.commit([{ set: "c/d", fields: { n: { doubleValue: 1 } } }])).result;
    expect(second.writeResults[0].updateTime).not.toEqual(first.commitTime);
  });

  it("may follow another to the same document in one commit", async () => {
    const { client } = fresh;
    const outcome = await client.commit([
      { set: "c/d", fields: n(1) },
      { remove: "c/d" },
      { set: "c/d", fields: n(2) },
    ]);
    expect(outcome.status).toBe("OK");
    expect(nOf((await client.get("c/d")).result)).toBe(2);
  });

  it("may delete a missing document", async () => {
    const { result } = await fresh.client.commit([{ remove: "c/none" }]);
    expect(result.writeResults).toHaveLength(1);
  });

  it("changes, adds and removes only the fields of its mask", async () => {
    const { client } = fresh;
    const map = (fields: object) => ({ mapValue: { fields } });
    const integer = (value: number) => ({ integerValue: String(value) });
    const inner = map({ x: integer(1), y: integer(2) });
    await client.commit([{ set: "c/d", fields: { a: integer(1), b: integer(2), c: inner } }]);
    await client.commit([
      {
        set: "c/d",
        fields: { a: integer(10), c: map({ x: integer(5) }), e: integer(9) },
        updateMask: { fieldPaths: ["a", "b", "c.x"] },
      },
    ]);
    const { fields } = (await client.get("c/d")).result;
    expect(Object.keys(fields).sort()).toEqual(["a", "c"]);
    expect(fields.a.integerValue).toBe("10");
    expect(fields.c.mapValue.fields).toMatchObject({ x: { integerValue: "5" }, y: { integerValue: "2" } });
  });

  it.each([
    ["a reserved id", { set: "c/__x__" }, 'Resource id "__x__" is invalid because it is reserved.'],
    ["a malformed numeric id", { set: "c/__id5x__" }, "A long document ID string must be formatted like"],
    ["an overlong id", { set: `c/${"x".repeat(1_501)}` }, "longer than 1500 bytes"],
    ["a reserved field", { set: "c/d", fields: { __x__: { nullValue: 0 } } }, "field name __x__ is reserved"],
    [
      "an array in an array",
      { set: "c/d", fields: { a: { arrayValue: { values: [{ arrayValue: {} }] } } } },
      "Nested arrays are not allowed",
    ],
    [
      "a malformed mask path",
      { set: "c/d", updateMask: { fieldPaths: ["a..b"] } },
      'Invalid property path "a..b"',
    ],
    [
      "an increment by a string",
      { set: "c/d", updateTransforms: [{ fieldPath: "a", increment: { stringValue: "x" } }] },
      "Input must be int64 or double.",
    ],
  ])("is refused with %s", async (_, write, message) => {
    const outcome = await fresh.client.commit([write]);
    expect(outcome.status).toBe(INVALID);
    expect(outcome.message).toContain(message);
  });
});

describe("the size of a document", () => {
  /** The fields of a map nested this many levels. */
  function nested(depth: number): object {
    let value: object = { integerValue: "1" };
    for (let level = 0; level < depth; level++) value = { mapValue: { fields: { m: value } } };
    return { m: value };
  }

  it("is limited to twenty levels", async () => {
    expect((await fresh.client.commit([{ set: "c/d", fields: nested(20) }])).status).toBe("OK");
    expect((await fresh.client.commit([{ set: "c/d", fields: nested(21) }])).status).toBe(INVALID);
  });

  it("is limited to 1,048,576 bytes by Firestore's formula", async () => {
    // The name is 2 + 2 + 16, the field's name 2, the text's end 1, and 32 for the document.
    const overhead = 20 + 2 + 1 + 32;
    const text = (bytes: number) => ({ t: { stringValue: "x".repeat(bytes) } });
    expect((await fresh.client.commit([{ set: "c/d", fields: text(1_048_576 - overhead) }])).status).toBe(
      "OK",
    );
    const outcome = await fresh.client.commit([{ set: "c/e", fields: text(1_048_577 - overhead) }]);
    expect(outcome.status).toBe(INVALID);
    expect(outcome.message).toContain("exceeds the maximum allowed size of 1,048,576 bytes");
  });

  it("is checked after transforms of a large document", async () => {
    const fields = { t: { stringValue: "x".repeat(1_100_000) } };
    const updateTransforms = [{ fieldPath: "t", increment: { integerValue: "1" } }];
    expect((await fresh.client.commit([{ set: "c/d", fields, updateTransforms }])).status).toBe("OK");
  });
});

describe("a commit", () => {
  it.each([["Commit"], ["BatchWrite"]])("is refused if larger than 10 MiB: %s", async (method) => {
    const fields = { s: { stringValue: "x".repeat(1_000_000) } };
    const writes = (count: number) =>
      Array.from({ length: count }, (_, i) => fresh.client.write({ set: `c/${i}`, fields }));
    const send = (count: number) =>
      fresh.client.call(method, { database: fresh.client.database, writes: writes(count) });
    expect((await send(10)).status).toBe("OK");
    expect(await send(11)).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: "Transaction too big. Decrease transaction size.",
    });
  });
});

describe("a verify", () => {
  it("checks its precondition and writes nothing", async () => {
    const { client } = fresh;
    await client.commit([{ set: "c/a" }]);
    expect((await client.commit([{ verify: "c/a", currentDocument: { exists: true } }])).status).toBe("OK");
    expect((await client.commit([{ verify: "c/m", currentDocument: { exists: false } }])).status).toBe("OK");
    expect((await client.get("c/m")).status).toBe("NOT_FOUND");
    const failing = [{ verify: "c/m", currentDocument: { exists: true } }, { set: "c/x" }];
    expect((await client.commit(failing)).status).toBe("NOT_FOUND");
    expect((await client.get("c/x")).status).toBe("NOT_FOUND");
  });

  const exists = { currentDocument: { exists: true } };
  it.each([
    [[{ verify: "c/a" }], "a verify must contain a precondition"],
    [
      [{ verify: "c/a", ...exists, updateMask: { fieldPaths: ["x"] } }],
      "a verify must not specify a document mask.",
    ],
    [
      [
        {
          verify: "c/a",
          ...exists,
          updateTransforms: [{ fieldPath: "n", increment: { integerValue: "1" } }],
        },
      ],
      "a verify must not specify a update transform.",
    ],
    [
      [{ verify: "c/a", ...exists }, { set: "c/a" }],
      "the same document cannot be verified and then written in a single request",
    ],
    [
      [{ set: "c/a" }, { verify: "c/a", ...exists }],
      "the same document cannot be written and then verified in a single request",
    ],
    [
      [
        { verify: "c/a", ...exists },
        { verify: "c/a", ...exists },
      ],
      "the same document cannot be verified more than once in a single request",
    ],
  ])("is refused in an invalid combination: %#", async (writes, message) => {
    expect(await fresh.client.commit(writes)).toMatchObject({ status: INVALID, message });
  });
});

describe("BatchWrite", () => {
  const batch = (writes: readonly object[]) =>
    fresh.client.call("BatchWrite", { database: fresh.client.database, writes });

  it("reports the result of each write", async () => {
    const { client } = fresh;
    const { result } = await batch([
      client.write({ set: "c/new", fields: n(1) }),
      client.write({ set: "c/none", currentDocument: { exists: true } }),
    ]);
    expect(result.status.map((status: { code?: number }) => status.code ?? 0)).toEqual([0, 5]);
    expect((await client.get("c/new")).status).toBe("OK");
  });

  it("refuses two writes to one document, and everything when one write is invalid", async () => {
    const { client } = fresh;
    expect(await batch([client.write({ set: "c/a" }), client.write({ remove: "c/a" })])).toMatchObject({
      status: INVALID,
      message: "the same document cannot be written more than once in a single request",
    });
    const invalid = client.write({ set: "c/r", fields: { __x__: { nullValue: 0 } } });
    expect((await batch([client.write({ set: "c/ok" }), invalid])).status).toBe(INVALID);
    expect((await client.get("c/ok")).status).toBe("NOT_FOUND");
  });
});

describe("the databases of one project", () => {
  it("contain different documents", async () => {
    const { client } = fresh;
    const database = client.database.replace("(default)", "second");
    const name = `${database}/documents/c/d`;
    expect((await client.call("Commit", { database, writes: [{ update: { name } }] })).status).toBe("OK");
    expect((await client.call("GetDocument", { name })).status).toBe("OK");
    expect((await client.get("c/d")).status).toBe("NOT_FOUND");
    const outcome = await client.call("Commit", {
      database: client.database,
      writes: [{ update: { name } }],
    });
    expect(outcome.status).toBe(INVALID);
  });
});
