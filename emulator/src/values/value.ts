/**
 * A Firestore value in memory: an immutable tagged union, independent of the protocol's messages.
 *
 * Integers are bigint so that int64 is exact; doubles are numbers. Map fields keep insertion order; comparison
 * sorts them. A vector is a map in messages (`__type__: "__vector__"`) and stays a map here: only the order of
 * values treats it specially.
 */
export type Value =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "timestamp"; readonly seconds: bigint; readonly nanos: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "reference"; readonly value: string }
  | { readonly kind: "geoPoint"; readonly latitude: number; readonly longitude: number }
  | { readonly kind: "array"; readonly values: readonly Value[] }
  | { readonly kind: "map"; readonly fields: Fields };

/** The fields of a document or of a map value, by unescaped name. */
export type Fields = ReadonlyMap<string, Value>;
