import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { getField, parseFieldPath, setField } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Fields } from "../values/value.ts";

/**
 * Parses a mask; undefined when the message has none, which means "all fields".
 * @throws StatusError INVALID_ARGUMENT for a path that does not parse
 */
export function parseFieldMask(
  mask: google.firestore.v1.IDocumentMask | null | undefined,
): FieldPath[] | undefined {
  return mask ? (mask.fieldPaths ?? []).map(parseFieldPath) : undefined;
}

/** The parts of `fields` that the mask names; all of them without a mask. */
export function selectFields(fields: Fields, mask: readonly FieldPath[] | undefined): Fields {
  if (!mask) return fields;
  let selected: Fields = new Map();
  for (const path of mask) {
    const value = getField(fields, path);
    if (value !== undefined) selected = setField(selected, path, value);
  }
  return selected;
}
