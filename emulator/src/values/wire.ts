import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { CommitVersion, StoredDocument } from "./document.ts";
import { invalidArgument } from "../status.ts";
import type { Fields, Value } from "./value.ts";

type IValue = google.firestore.v1.IValue;
type ITimestamp = google.protobuf.ITimestamp;
/** The forms in which protobufjs returns an int64. */
export type WireInt64 = number | string | bigint | { toString(): string };

const NULL_VALUE: Value = { kind: "null" };
const TRUE_VALUE: Value = { kind: "boolean", value: true };
const FALSE_VALUE: Value = { kind: "boolean", value: false };

/**
 * Converts a decoded message or a plain object to a value.
 *
 * @throws StatusError INVALID_ARGUMENT when no value type is set or an array directly contains an array.
 */
export function valueFromWire(wire: IValue): Value {
  const kind = setMember(wire);
  switch (kind) {
    case "nullValue":
      return NULL_VALUE;
    case "booleanValue":
      return wire.booleanValue ? TRUE_VALUE : FALSE_VALUE;
    case "integerValue":
      return { kind: "integer", value: bigintFromWire(wire.integerValue!) };
    case "doubleValue":
      return { kind: "double", value: Number(wire.doubleValue) };
    case "timestampValue":
      return timestampFromWire(wire.timestampValue!);
    case "stringValue":
      return { kind: "string", value: wire.stringValue! };
    case "bytesValue":
      return { kind: "bytes", value: bytesFromWire(wire.bytesValue!) };
    case "referenceValue":
      return { kind: "reference", value: wire.referenceValue! };
    case "geoPointValue":
      return geoPointFromWire(wire.geoPointValue!);
    case "arrayValue":
      return { kind: "array", values: (wire.arrayValue!.values ?? []).map(elementFromWire) };
    case "mapValue":
      return { kind: "map", fields: fieldsFromWire(wire.mapValue!.fields) };
    default:
      throw invalidArgument("Value must have exactly one type set.");
  }
}

/** Converts the fields of a decoded document or map; an absent map is an empty one. */
export function fieldsFromWire(wire: { [name: string]: IValue } | null | undefined): Fields {
  const fields = new Map<string, Value>();
  if (wire) for (const name of Object.keys(wire)) fields.set(name, valueFromWire(wire[name]!));
  return fields;
}

/** Converts a value to a plain object that protobufjs can encode. */
export function valueToWire(value: Value): IValue {
  switch (value.kind) {
    case "null":
      return { nullValue: 0 as unknown as "NULL_VALUE" };
    case "boolean":
      return { booleanValue: value.value };
    case "integer":
      return { integerValue: bigintToWire(value.value) };
    case "double":
      return { doubleValue: value.value };
    case "timestamp":
      return { timestampValue: { seconds: bigintToWire(value.seconds), nanos: value.nanos } };
    case "string":
      return { stringValue: value.value };
    case "bytes":
      return { bytesValue: value.value };
    case "reference":
      return { referenceValue: value.value };
    case "geoPoint":
      return { geoPointValue: { latitude: value.latitude, longitude: value.longitude } };
    case "array":
      return { arrayValue: { values: value.values.map(valueToWire) } };
    case "map":
      return { mapValue: { fields: fieldsToWire(value.fields) } };
  }
}

/** Converts fields to a plain object without a prototype, so that no field name can collide with an inherited one. */
export function fieldsToWire(fields: Fields): { [name: string]: IValue } {
  const wire = Object.create(null) as { [name: string]: IValue };
  for (const [name, value] of fields) wire[name] = valueToWire(value);
  return wire;
}

/** Converts a document to a `Document` message; `databaseName` is `projects/P/databases/D`. */
export function documentToWire(
  databaseName: string,
  document: StoredDocument,
): google.firestore.v1.IDocument {
  return {
    name: `${databaseName}/documents/${document.path}`,
    fields: fieldsToWire(document.fields),
    createTime: versionToTimestamp(document.createTime),
    updateTime: versionToTimestamp(document.updateTime),
  };
}

/** Converts a commit version (microseconds since the epoch) to a protobuf Timestamp. */
export function versionToTimestamp(version: CommitVersion): ITimestamp {
  const micros = ((version % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { seconds: Number((version - micros) / 1_000_000n), nanos: Number(micros) * 1000 };
}

/** Converts a protobuf Timestamp to a version; nanoseconds below a microsecond are cut off. */
export function timestampToVersion(timestamp: ITimestamp): CommitVersion {
  return (
    bigintFromWire(timestamp.seconds ?? 0) * 1_000_000n + BigInt(Math.floor((timestamp.nanos ?? 0) / 1000))
  );
}

/** Converts an int64 from protobufjs without loss. */
export function bigintFromWire(wire: WireInt64): bigint {
  return typeof wire === "number" || typeof wire === "bigint" ? BigInt(wire) : BigInt(wire.toString());
}

function bigintToWire(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** The one member of the oneof that is set. Decoded messages have defaults on their prototype, so own keys only. */
function setMember(wire: IValue): string | undefined {
  for (const key of Object.keys(wire)) {
    const member = wire[key as keyof IValue];
    if (member !== undefined && (member !== null || key === "nullValue")) return key;
  }
  return undefined;
}

function elementFromWire(wire: IValue): Value {
  const value = valueFromWire(wire);
  if (value.kind === "array") throw invalidArgument("Nested arrays are not allowed");
  return value;
}

const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

function timestampFromWire(wire: ITimestamp): Value {
  const seconds = bigintFromWire(wire.seconds ?? 0);
  const nanos = wire.nanos ?? 0;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999) {
    throw invalidArgument(`Timestamp is out of range: seconds ${seconds}, nanos ${nanos}.`);
  }
  // Firestore stores microseconds.
  return { kind: "timestamp", seconds, nanos: nanos - (nanos % 1000) };
}

function geoPointFromWire(wire: google.type.ILatLng): Value {
  const latitude = wire.latitude ?? 0;
  const longitude = wire.longitude ?? 0;
  if (!(Math.abs(latitude) <= 90)) {
    throw invalidArgument(`Latitude must be in the range of [-90, 90], was ${latitude}.`);
  }
  if (!(Math.abs(longitude) <= 180)) {
    throw invalidArgument(`Longitude must be in the range of [-180, 180], was ${longitude}.`);
  }
  return { kind: "geoPoint", latitude, longitude };
}

/** Copies the bytes: a decoded bytes field is a view of the network buffer and would keep all of it alive. */
function bytesFromWire(wire: Uint8Array | string): Uint8Array {
  return typeof wire === "string" ? Buffer.from(wire, "base64") : Uint8Array.prototype.slice.call(wire);
}
