import type { Fields, Value } from "./value.ts";

/**
 * The rank of a value's type in Firestore's order across types. Integers and doubles share one rank: they compare by
 * number. Vectors rank between arrays and maps although they are stored as maps.
 */
export function typeRank(value: Value): number {
  switch (value.kind) {
    case "null":
      return 0;
    case "boolean":
      return 1;
    case "integer":
    case "double":
      return 2;
    case "timestamp":
      return 3;
    case "string":
      return 4;
    case "bytes":
      return 5;
    case "reference":
      return 6;
    case "geoPoint":
      return 7;
    case "array":
      return 8;
    case "map":
      return vectorElements(value.fields) ? 9 : 10;
  }
}

/** Firestore's total order of values: negative when `a` comes first, 0 when equal, positive when `b` does. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  const ranks = typeRank(a) - typeRank(b);
  if (ranks !== 0) return ranks;
  switch (a.kind) {
    case "null":
      return 0;
    case "boolean":
      return Number(a.value) - Number((b as typeof a).value);
    case "integer":
    case "double":
      return compareNumbers(a.value, (b as typeof a).value);
    case "timestamp":
      return compareTimestamps(a, b as typeof a);
    case "string":
      return compareUtf8(a.value, (b as typeof a).value);
    case "bytes":
      return Buffer.compare(a.value, (b as typeof a).value);
    case "reference":
      return compareResourcePaths(a.value, (b as typeof a).value);
    case "geoPoint":
      return comparePair(a.latitude, a.longitude, (b as typeof a).latitude, (b as typeof a).longitude);
    case "array":
      return compareArrays(a.values, (b as typeof a).values);
    case "map":
      return compareMaps(a.fields, (b as typeof a).fields);
  }
}

/** Whether queries and array transforms treat two values as equal: 1 equals 1.0, -0 equals 0, NaN equals NaN. */
export function valuesEqual(a: Value, b: Value): boolean {
  return compareValues(a, b) === 0;
}

/** Whether two values are indistinguishable to a client: 1 differs from 1.0 and -0 from 0. */
export function valuesIdentical(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "double":
      return Object.is(a.value, (b as typeof a).value);
    case "geoPoint":
      return (
        Object.is(a.latitude, (b as typeof a).latitude) && Object.is(a.longitude, (b as typeof a).longitude)
      );
    case "array": {
      const others = (b as typeof a).values;
      return a.values.length === others.length && a.values.every((v, i) => valuesIdentical(v, others[i]!));
    }
    case "map":
      return fieldsIdentical(a.fields, (b as typeof a).fields);
    default:
      return compareValues(a, b) === 0;
  }
}

/** Whether two field maps hold the same names with identical values, in any order. */
export function fieldsIdentical(a: Fields, b: Fields): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other === undefined || !valuesIdentical(value, other)) return false;
  }
  return true;
}

/** Compares two strings by their UTF-8 bytes, without encoding them. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Weight(x) - utf8Weight(y);
  }
  return a.length - b.length;
}

/**
 * Compares two slash-separated resource paths, segment by segment. Numeric ids (`__id7__`) come before all other ids
 * and are ordered by number.
 */
export function compareResourcePaths(a: string, b: string): number {
  if (a === b) return 0;
  if (a.includes("__id") || b.includes("__id")) return compareSegments(a.split("/"), b.split("/"));
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // A slash ends a segment, and the shorter of two segments with a common beginning comes first.
    if (x !== y) return (x === SLASH ? -1 : utf8Weight(x)) - (y === SLASH ? -1 : utf8Weight(y));
  }
  return a.length - b.length;
}

/** The numbers of a vector value, or undefined when the map is an ordinary map. */
export function vectorElements(fields: Fields): readonly Value[] | undefined {
  const type = fields.get("__type__");
  if (type?.kind !== "string" || type.value !== "__vector__") return undefined;
  const elements = fields.get("value");
  return elements?.kind === "array" ? elements.values : undefined;
}

const SLASH = 47;
const NUMERIC_ID = /^__id(-?\d+)__$/;

/** Moves surrogates last: they encode code points above U+FFFF, which follow all others in UTF-8 but not in UTF-16. */
function utf8Weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareSegments(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareSegment(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSegment(a: string, b: string): number {
  const x = NUMERIC_ID.exec(a);
  const y = NUMERIC_ID.exec(b);
  if (x && y) return compareNumbers(BigInt(x[1]!), BigInt(y[1]!));
  if (x || y) return x ? -1 : 1;
  return compareUtf8(a, b);
}

/** Compares int64 and double exactly: JavaScript compares bigint and number by mathematical value. */
function compareNumbers(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // Neither less nor greater: the numbers are equal, or one of them is NaN.
  const aIsNaN = a !== a;
  const bIsNaN = b !== b;
  return Number(bIsNaN) - Number(aIsNaN);
}

function compareTimestamps(
  a: { readonly seconds: bigint; readonly nanos: number },
  b: { readonly seconds: bigint; readonly nanos: number },
): number {
  return compareNumbers(a.seconds, b.seconds) || a.nanos - b.nanos;
}

function comparePair(a1: number, a2: number, b1: number, b2: number): number {
  return compareNumbers(a1, b1) || compareNumbers(a2, b2);
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareMaps(a: Fields, b: Fields): number {
  const vectorA = vectorElements(a);
  const vectorB = vectorElements(b);
  // Vectors of fewer dimensions come first, regardless of their elements.
  if (vectorA && vectorB) return vectorA.length - vectorB.length || compareArrays(vectorA, vectorB);
  const namesA = [...a.keys()].sort(compareUtf8);
  const namesB = [...b.keys()].sort(compareUtf8);
  const length = Math.min(namesA.length, namesB.length);
  for (let i = 0; i < length; i++) {
    const order =
      compareUtf8(namesA[i]!, namesB[i]!) || compareValues(a.get(namesA[i]!)!, b.get(namesB[i]!)!);
    if (order !== 0) return order;
  }
  return namesA.length - namesB.length;
}
