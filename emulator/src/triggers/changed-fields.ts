import type { StoredDocument } from "../values/document.ts";
import { valuesIdentical } from "../values/compare.ts";
import { formatFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Fields } from "../values/value.ts";

/** The paths that differ between two versions of a document; none for creations and deletions. */
export function changedFields(
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): string[] {
  if (!before || !after) return [];
  return [...differences(before.fields, after.fields, [])].map(formatFieldPath);
}

function* differences(before: Fields, after: Fields, parent: FieldPath): Generator<FieldPath> {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(name);
    const now = after.get(name);
    const path = [...parent, name];
    if (old?.kind === "map" && now?.kind === "map") yield* differences(old.fields, now.fields, path);
    else if (!old || !now || !valuesIdentical(old, now)) yield path;
  }
}
