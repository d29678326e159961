import type { DocumentPath } from "./document.ts";
import { utf8Length } from "./resource-name.ts";
import type { Fields, Value } from "./value.ts";

/** Added for every document, and for every map, whose size is "calculated the same way as document size". */
const DOCUMENT_OVERHEAD_BYTES = 32;
const NAME_OVERHEAD_BYTES = 16;

/** A document's size in bytes by Firestore's formula: name, field names, field values and 32 bytes. */
export function documentSize(path: DocumentPath, fields: Fields): number {
  return nameSize(path) + fieldsSize(fields) + DOCUMENT_OVERHEAD_BYTES;
}

/** The size of a value in bytes by Firestore's formula. */
export function valueSize(value: Value): number {
  switch (value.kind) {
    case "null":
    case "boolean":
      return 1;
    case "integer":
    case "double":
    case "timestamp":
      return 8;
    case "string":
      return utf8Length(value.value) + 1;
    case "bytes":
      return value.value.length;
    case "reference":
      return nameSize(value.value.replace(/^projects\/[^/]*\/databases\/[^/]*\/documents\//, ""));
    case "geoPoint":
      return 16;
    case "array":
      return value.values.reduce((sum, element) => sum + valueSize(element), 0);
    case "map":
      return fieldsSize(value.fields) + DOCUMENT_OVERHEAD_BYTES;
  }
}

/** Each id takes one byte more than its text: the slashes between them supply all but one of these bytes. */
function nameSize(path: DocumentPath): number {
  return utf8Length(path) + 1 + NAME_OVERHEAD_BYTES;
}

function fieldsSize(fields: Fields): number {
  let size = 0;
  for (const [name, value] of fields) size += utf8Length(name) + 1 + valueSize(value);
  return size;
}
