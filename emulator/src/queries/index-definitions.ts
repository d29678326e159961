import { formatFieldPath, isNamePath, isPrefix, parseFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";

export type QueryScope = "COLLECTION" | "COLLECTION_GROUP";
export type IndexMode = "ASCENDING" | "DESCENDING" | "CONTAINS";

export interface IndexField {
  readonly field: string;
  readonly mode: IndexMode;
}

/** The parts of a `firestore.indexes.json` that affect queries. */
export interface IndexDefinitions {
  readonly composites: readonly CompositeIndex[];
  readonly overrides: readonly FieldOverride[];
}

export interface CompositeIndex {
  readonly collectionGroup: string;
  readonly scope: QueryScope;
  /** Without an implied trailing `__name__`, that is, one with the direction of the field before it. */
  readonly fields: readonly IndexField[];
}

/** The indexes of one field, instead of the default ones: both orders and array elements, per collection. */
export interface FieldOverride {
  /** `*` means every collection group. */
  readonly collectionGroup: string;
  /** Undefined means every field. */
  readonly field: FieldPath | undefined;
  readonly indexes: readonly { readonly scope: QueryScope; readonly mode: IndexMode }[];
}

const DEFAULT_INDEXES: FieldOverride["indexes"] = (["ASCENDING", "DESCENDING", "CONTAINS"] as const).map(
  (mode) => ({
    scope: "COLLECTION",
    mode,
  }),
);

/** Names are indexed in ascending order only; descending order needs an override of `__name__`. */
const NAME_INDEXES: FieldOverride["indexes"] = [
  { scope: "COLLECTION", mode: "ASCENDING" },
  { scope: "COLLECTION_GROUP", mode: "ASCENDING" },
];

/**
 * Reads the parsed JSON of a `firestore.indexes.json`.
 *
 * @throws Error that names the invalid part
 */
export function readIndexDefinitions(json: unknown): IndexDefinitions {
  const file = record(json, "firestore.indexes.json");
  return {
    composites: list(file["indexes"], "indexes").map(readComposite),
    overrides: list(file["fieldOverrides"], "fieldOverrides")
      .map(readOverride)
      .filter((o) => o !== undefined),
  };
}

/** The single-field indexes of a field: those of the most specific override of it or of a map around it, else the default. */
export function singleFieldIndexes(
  definitions: IndexDefinitions,
  collectionGroup: string,
  field: FieldPath,
): FieldOverride["indexes"] {
  let nearest: FieldOverride | undefined;
  const byName = isNamePath(field);
  for (const override of definitions.overrides) {
    if (override.collectionGroup !== collectionGroup && override.collectionGroup !== "*") continue;
    if (override.field ? !isPrefix(override.field, field) : byName) continue;
    if (!nearest || specificity(override) > specificity(nearest)) nearest = override;
  }
  return nearest?.indexes ?? (byName ? NAME_INDEXES : DEFAULT_INDEXES);
}

/** A named collection group is more specific than `*`; within a group, the longer path is more specific. */
function specificity(override: FieldOverride): number {
  return (override.collectionGroup === "*" ? 0 : 1000) + (override.field?.length ?? 0);
}

function readComposite(json: unknown, position: number): CompositeIndex {
  const where = `indexes[${position}]`;
  const index = record(json, where);
  const fields = list(index["fields"], `${where}.fields`).map((field, i) =>
    readField(field, `${where}.fields[${i}]`),
  );
  const last = fields.at(-1);
  const beforeLast = fields.at(-2);
  // After an array field the implied order is ascending.
  const impliedMode = beforeLast?.mode === "DESCENDING" ? "DESCENDING" : "ASCENDING";
  const implied = last?.field === "__name__" && beforeLast !== undefined && last.mode === impliedMode;
  return {
    collectionGroup: text(index["collectionGroup"], `${where}.collectionGroup`),
    scope: scope(index["queryScope"]),
    fields: implied ? fields.slice(0, -1) : fields,
  };
}

function readField(json: unknown, where: string): IndexField {
  const field = record(json, where);
  return {
    field: formatFieldPath(parseFieldPath(text(field["fieldPath"], `${where}.fieldPath`))),
    mode: mode(field, where),
  };
}

/** Undefined for an override that only sets a TTL: it does not change the default indexes. */
function readOverride(json: unknown, position: number): FieldOverride | undefined {
  const where = `fieldOverrides[${position}]`;
  const override = record(json, where);
  if (override["indexes"] === undefined) return undefined;
  const collectionGroup = text(override["collectionGroup"], `${where}.collectionGroup`);
  const fieldPath = text(override["fieldPath"], `${where}.fieldPath`);
  return {
    collectionGroup: collectionGroup === "__default__" ? "*" : collectionGroup,
    field: fieldPath === "*" ? undefined : parseFieldPath(fieldPath),
    indexes: list(override["indexes"], `${where}.indexes`).map((index, i) => {
      const item = record(index, `${where}.indexes[${i}]`);
      return { scope: scope(item["queryScope"]), mode: mode(item, `${where}.indexes[${i}]`) };
    }),
  };
}

function mode(field: Record<string, unknown>, where: string): IndexMode {
  if (field["arrayConfig"] === "CONTAINS") return "CONTAINS";
  if (field["order"] === "ASCENDING" || field["order"] === "DESCENDING") return field["order"];
  throw new Error(`${where} needs "order" (ASCENDING or DESCENDING) or "arrayConfig" (CONTAINS).`);
}

function scope(json: unknown): QueryScope {
  return json === "COLLECTION_GROUP" ? "COLLECTION_GROUP" : "COLLECTION";
}

function record(json: unknown, where: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new Error(`${where} must be an object.`);
  return json as Record<string, unknown>;
}

function list(json: unknown, where: string): readonly unknown[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new Error(`${where} must be an array.`);
  return json;
}

function text(json: unknown, where: string): string {
  if (typeof json !== "string" || json === "") throw new Error(`${where} must be a string.`);
  return json;
}
