import type { CommitVersion, StoredDocument } from "../values/document.ts";
import type { Fields, Value } from "../values/value.ts";

/** A document in the JSON form of the API, as used in first-generation events. */
export function documentToJson(databaseName: string, document: StoredDocument): object {
  return {
    name: `${databaseName}/documents/${document.path}`,
    fields: fieldsToJson(document.fields),
    createTime: versionToJson(document.createTime),
    updateTime: versionToJson(document.updateTime),
  };
}

/** A version as RFC 3339 with microseconds. */
export function versionToJson(version: CommitVersion): string {
  return timestampToJson(version / 1_000_000n, Number(version % 1_000_000n) * 1_000);
}

function fieldsToJson(fields: Fields): object {
  return Object.fromEntries([...fields].map(([name, value]) => [name, valueToJson(value)]));
}

function valueToJson(value: Value): object {
  switch (value.kind) {
    case "null":
      return { nullValue: null };
    case "boolean":
      return { booleanValue: value.value };
    case "integer":
      return { integerValue: value.value.toString() };
    case "double":
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    case "timestamp":
      return { timestampValue: timestampToJson(value.seconds, value.nanos) };
    case "string":
      return { stringValue: value.value };
    case "bytes":
      return { bytesValue: Buffer.from(value.value).toString("base64") };
    case "reference":
      return { referenceValue: value.value };
    case "geoPoint":
      return { geoPointValue: { latitude: value.latitude, longitude: value.longitude } };
    case "array":
      return { arrayValue: { values: value.values.map(valueToJson) } };
    case "map":
      return { mapValue: { fields: fieldsToJson(value.fields) } };
  }
}

function timestampToJson(seconds: bigint, nanos: number): string {
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  const micros = String(Math.floor(nanos / 1_000)).padStart(6, "0");
  return `${whole}.${micros}Z`;
}
