import { invalidArgument } from "../status.ts";
import type { StatusError } from "../status.ts";
import type { Fields, Value } from "./value.ts";

/** The unescaped field names on the way from the document to a value; never empty. */
export type FieldPath = readonly string[];

/** The pseudo-field that holds a document's own name. */
export const NAME_FIELD = "__name__";

const SIMPLE_NAME = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
const SEGMENT = /([a-zA-Z_][a-zA-Z_0-9]*)|`((?:[^`\\]|\\.)+)`/sy;
const MAX_PATH_BYTES = 1500;
const parsed = new Map<string, FieldPath>();
const PARSED_LIMIT = 10_000;

/**
 * Parses a field path of the protocol: names joined by dots, quoted with backticks unless they are simple.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseFieldPath(text: string): FieldPath {
  const known = parsed.get(text);
  if (known) return known;
  const path = parse(text);
  if (parsed.size >= PARSED_LIMIT) parsed.clear();
  parsed.set(text, path);
  return path;
}

/** The path in the canonical form of the protocol: quoted only where needed. */
export function formatFieldPath(path: FieldPath): string {
  return path.map((name) => (SIMPLE_NAME.test(name) ? name : quote(name))).join(".");
}

/** Whether the path is the document's name rather than one of its fields. */
export function isNamePath(path: FieldPath): boolean {
  return path.length === 1 && path[0] === NAME_FIELD;
}

/** The value at the path, or undefined when a name is missing or a value on the way is not a map. */
export function getField(fields: Fields, path: FieldPath): Value | undefined {
  let value = fields.get(path[0]!);
  for (let i = 1; i < path.length; i++) {
    if (value?.kind !== "map") return undefined;
    value = value.fields.get(path[i]!);
  }
  return value;
}

/**
 * A copy of the fields with the value set at the path, or with the path deleted when the value is undefined. Setting
 * creates the maps on the way and replaces other values there; deleting a missing path changes nothing.
 */
export function setField(fields: Fields, path: FieldPath, value: Value | undefined): Fields {
  const [name, ...rest] = path as readonly [string, ...string[]];
  const copy = new Map(fields);
  if (rest.length === 0) {
    if (value === undefined) copy.delete(name);
    else copy.set(name, value);
    return copy;
  }
  const child = fields.get(name);
  if (child?.kind !== "map") {
    if (value === undefined) return fields;
    return copy.set(name, { kind: "map", fields: setField(new Map(), rest, value) });
  }
  return copy.set(name, { kind: "map", fields: setField(child.fields, rest, value) });
}

/** Whether `ancestor` is the path itself or one of the maps it passes through. */
export function isPrefix(ancestor: FieldPath, path: FieldPath): boolean {
  return ancestor.length <= path.length && ancestor.every((name, i) => name === path[i]);
}

function parse(text: string): FieldPath {
  const names: string[] = [];
  let index = 0;
  for (;;) {
    SEGMENT.lastIndex = index;
    const match = SEGMENT.exec(text);
    if (!match) throw invalidPath(text);
    names.push(match[1] ?? match[2]!.replace(/\\(.)/gs, "$1"));
    index = SEGMENT.lastIndex;
    if (index === text.length) break;
    if (text[index] !== ".") throw invalidPath(text);
    index++;
  }
  if (Buffer.byteLength(names.join(".")) > MAX_PATH_BYTES) {
    throw invalidArgument(`Property path is longer than ${MAX_PATH_BYTES} bytes.`);
  }
  return names;
}

function invalidPath(text: string): StatusError {
  return invalidArgument(
    `Invalid property path "${text}". Unquoted property paths must match regex ([a-zA-Z_][a-zA-Z_0-9]*), and quoted ` +
      "property paths must match regex (`(?:[^`\\\\]|(?:\\\\.))+`)",
  );
}

function quote(name: string): string {
  return "`" + name.replace(/[\\`]/g, "\\$&") + "`";
}
