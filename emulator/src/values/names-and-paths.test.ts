import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFieldPath, getField, parseFieldPath, setField } from "./field-path.ts";
import { parseDocumentName, parseParentName } from "./resource-name.ts";
import { documentSize } from "./size.ts";
import type { Fields, Value } from "./value.ts";

const documents = "projects/p/databases/(default)/documents";
const integer = (value: bigint): Value => ({ kind: "integer", value });

describe("a field path", () => {
  it("is the same after formatting and parsing, for any names", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        (path) => {
          expect(parseFieldPath(formatFieldPath(path))).toEqual(path);
        },
      ),
    );
  });

  it.each(["", "a..b", ".a", "a.", "a-b", "1a", "`a", "``", "`a`b", "a b"])(
    "is refused when malformed: %j",
    (text) => {
      expect(() => parseFieldPath(text)).toThrow(/Invalid property path/);
    },
  );

  it("reads, sets and deletes within nested maps without changing the original", () => {
    const empty: Fields = new Map();
    const nested = setField(empty, ["a", "b"], integer(1n));
    expect(getField(nested, ["a", "b"])).toEqual(integer(1n));
    expect(getField(nested, ["a", "b", "c"])).toBeUndefined();
    const replaced = setField(nested, ["a", "b", "c"], integer(2n));
    expect(getField(replaced, ["a", "b", "c"])).toEqual(integer(2n));
    expect(getField(setField(nested, ["a", "b"], undefined), ["a"])).toEqual({
      kind: "map",
      fields: new Map(),
    });
    expect(setField(nested, ["x", "y"], undefined)).toBe(nested);
    expect(empty.size).toBe(0);
    expect(getField(nested, ["a", "b"])).toEqual(integer(1n));
  });
});

describe("a document name", () => {
  it("is parsed into database and path", () => {
    expect(parseDocumentName(`${documents}/c/d`)).toEqual({
      database: "projects/p/databases/(default)",
      projectId: "p",
      databaseId: "(default)",
      path: "c/d",
    });
    expect(parseParentName(documents).path).toBe("");
    expect(parseDocumentName(`${documents}/c/__id-5__`).path).toBe("c/__id-5__");
  });

  it.each([
    [`${documents}/c/.`, `Document name "${documents}/c/." contains a resource id "." at index 43.`],
    [`${documents}/c/d/s/`, `Document name "${documents}/c/d/s/" has invalid trailing "/".`],
    [`${documents}//`, `Document name "${documents}//" lacks a collection id at index 41.`],
    [`${documents}/c//`, `Document name "${documents}/c//" lacks a resource id at index 43.`],
    [`${documents}/c/a//s`, `Document name "${documents}/c/a//s" lacks a collection id at index 45.`],
    [`${documents}/c/__x__`, `Resource id "__x__" is invalid because it is reserved.`],
    [
      `${documents}/c/__id5x__`,
      "A long document ID string must be formatted like '__id{LONG}__', where LONG is a 64-bit integer. " +
        "Found: '__id5x__'.",
    ],
    [`${documents}/c`, `Document name "${documents}/c" lacks "/" at index ${documents.length + 2}.`],
    [`${documents}/c/${"é".repeat(751)}`, "The key path element name is longer than 1500 bytes."],
    ["project/p", `Document name "project/p" lacks "projects" at index 0.`],
  ])("is refused when malformed: %s", (name, message) => {
    expect(() => parseDocumentName(name)).toThrow(message);
  });
});

describe("document size", () => {
  it("matches the example in Firestore's documentation", () => {
    // users/jeff/tasks/my_task_id with type, done, priority and description: 147 bytes.
    const fields: Fields = new Map<string, Value>([
      ["type", { kind: "string", value: "Personal" }],
      ["done", { kind: "boolean", value: false }],
      ["priority", integer(1n)],
      ["description", { kind: "string", value: "Learn Cloud Firestore" }],
    ]);
    expect(documentSize("users/jeff/tasks/my_task_id", fields)).toBe(147);
  });
});
