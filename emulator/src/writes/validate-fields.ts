import type { FieldPath } from "../values/field-path.ts";
import { utf8Length } from "../values/resource-name.ts";
import type { Fields, Value } from "../values/value.ts";
import { invalidArgument } from "../status.ts";
import type { StatusError } from "../status.ts";

const MAX_DEPTH = 20;
const MAX_NAME_BYTES = 1_500;
const RESERVED_NAME = /^__.*__$/s;
/** The field that marks a map as a value of a newer type, such as a vector. */
const TYPE_MARK = "__type__";

/**
 * Refuses field names and nesting that Firestore does not store.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkFields(fields: Fields): void {
  for (const [name, value] of fields) {
    checkFieldName(name);
    checkValue(value, 1);
  }
}

/** @throws StatusError INVALID_ARGUMENT for a path through a reserved, empty or overlong name */
export function checkFieldPath(path: FieldPath): void {
  for (const name of path) checkFieldName(name);
}

/**
 * Refuses a path through more nested maps than Firestore stores.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkPathDepth(path: FieldPath): void {
  if (path.length - 1 > MAX_DEPTH) throw tooDeep();
}

/**
 * Refuses names and nesting that Firestore does not store in a value at this path.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkValueAt(path: FieldPath, value: Value): void {
  checkValue(value, path.length);
}

function checkFieldName(name: string): void {
  if (name === "") throw invalidArgument("field name must not be empty");
  if (name.startsWith("__") && RESERVED_NAME.test(name))
    throw invalidArgument(`field name ${name} is reserved`);
  if (name.length * 3 > MAX_NAME_BYTES && utf8Length(name) > MAX_NAME_BYTES) {
    throw invalidArgument(`field name is longer than ${MAX_NAME_BYTES} bytes`);
  }
}

function checkValue(value: Value, depth: number): void {
  if (value.kind === "map") {
    if (depth > MAX_DEPTH) throw tooDeep();
    const isTyped = value.fields.has(TYPE_MARK);
    for (const [name, child] of value.fields) {
      if (!isTyped || name !== TYPE_MARK) checkFieldName(name);
      checkValue(child, depth + 1);
    }
  } else if (value.kind === "array") {
    if (depth > MAX_DEPTH) throw tooDeep();
    for (const element of value.values) checkValue(element, depth + 1);
  }
}

function tooDeep(): StatusError {
  return invalidArgument(`Property nesting is deeper than the maximum of ${MAX_DEPTH} levels.`);
}
