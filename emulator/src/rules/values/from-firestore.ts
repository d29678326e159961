import type { StoredDocument } from "../../values/document.ts";
import type { Fields, Value } from "../../values/value.ts";
import { RulesLatLng, RulesMap, RulesPath, RulesTimestamp } from "./values.ts";
import type { MapEntries, RulesValue } from "./values.ts";

/** Converts a stored value to a value of the rules language. References become paths from `/databases`; vectors stay maps. */
export function fromFirestore(value: Value): RulesValue {
  switch (value.kind) {
    case "null":
      return null;
    case "boolean":
    case "integer":
    case "double":
    case "string":
    case "bytes":
      return value.value;
    case "timestamp":
      return new RulesTimestamp(value.seconds * 1_000_000_000n + BigInt(value.nanos));
    case "reference":
      return pathFromReference(value.value);
    case "geoPoint":
      return new RulesLatLng(value.latitude, value.longitude);
    case "array":
      return value.values.map(fromFirestore);
    case "map":
      return fieldsToMap(value.fields);
  }
}

/** The map of a document's fields; its values are converted when they are read. */
export function fieldsToMap(fields: Fields): RulesMap {
  return new RulesMap(new LazyFields(fields));
}

/** The `resource` object of a document: `data`, `id` and `__name__`. */
export function documentToResource(databaseId: string, document: StoredDocument): RulesMap {
  return RulesMap.of({
    data: fieldsToMap(document.fields),
    id: document.path.slice(document.path.lastIndexOf("/") + 1),
    __name__: documentPath(databaseId, document.path),
  });
}

/** `/databases/D/documents/…` for a path relative to the database's documents. */
export function documentPath(databaseId: string, path: string): RulesPath {
  return new RulesPath(["databases", databaseId, "documents", ...(path === "" ? [] : path.split("/"))]);
}

/** Converts JSON such as token claims to rules values: whole numbers become ints, `undefined` members are omitted. */
export function fromJson(json: unknown): RulesValue {
  if (json === null || json === undefined) return null;
  if (typeof json === "number") return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (typeof json === "string" || typeof json === "boolean" || typeof json === "bigint") return json;
  if (Array.isArray(json)) return json.map(fromJson);
  const entries = Object.entries(json as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return new RulesMap(new Map(entries.map(([key, value]) => [key, fromJson(value)])));
}

class LazyFields implements MapEntries {
  constructor(private readonly fields: Fields) {}

  get(key: string): RulesValue | undefined {
    const value = this.fields.get(key);
    return value === undefined ? undefined : fromFirestore(value);
  }

  keys(): Iterable<string> {
    return this.fields.keys();
  }
}

function pathFromReference(name: string): RulesPath {
  const segments = name.split("/");
  return new RulesPath(segments[0] === "projects" ? segments.slice(2) : segments);
}
