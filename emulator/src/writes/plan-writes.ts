import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { DocumentChange } from "../storage/commit-record.ts";
import { fieldsIdentical } from "../values/compare.ts";
import { getField, setField } from "../values/field-path.ts";
import type { Fields, Value } from "../values/value.ts";
import type { StatusError } from "../status.ts";
import { checkSize, wholeDocument } from "./document-size.ts";
import { checkPrecondition } from "./preconditions.ts";
import { applyTransform } from "./transforms.ts";
import type { Write } from "./write.ts";

/** The effect of one write, as its result reports it. */
export interface WriteOutcome {
  readonly write: Write;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
  readonly transformResults: readonly Value[];
  /** The failed precondition, if any; the rest of the outcome then describes what the write would have done. */
  readonly refusal: StatusError | undefined;
}

export interface WritePlan {
  readonly outcomes: readonly WriteOutcome[];
  /** The changes of the commit, one per document, without no-ops. */
  readonly changes: readonly DocumentChange[];
}

/** The state of a database that a commit starts from, and the times it stamps. */
export interface CommitContext {
  readonly databaseName: string;
  readonly view: ReadView;
  /** The update time of every document the commit writes. */
  readonly version: CommitVersion;
  /** The value of server timestamps: one for the whole request. */
  readonly requestTime: Value;
}

/**
 * Plans what writes do to the current state, each seeing the effect of those before it. Changes nothing.
 * @param writes have passed `checkKnownSizes`
 * @throws StatusError INVALID_ARGUMENT for a document that would be too large
 */
export function planWrites(context: CommitContext, writes: readonly Write[]): WritePlan {
  const { databaseName, view } = context;
  const pending = new Map<DocumentPath, StoredDocument | undefined>();
  const outcomes = writes.map((write) => {
    const before = pending.has(write.path) ? pending.get(write.path) : view.get(write.path);
    const refusal = checkPrecondition(databaseName, write, before);
    const { after, transformResults } = applyWrite(context, write, before);
    if (write.kind !== "verify") pending.set(write.path, after);
    return { write, before, after, transformResults, refusal };
  });
  const changes: DocumentChange[] = [];
  const unchanged = new Map<DocumentPath, StoredDocument>();
  for (const [path, pendingAfter] of pending) {
    const before = view.get(path);
    const after = documentAfter(before, pendingAfter);
    if (before !== after) changes.push({ path, before, after });
    else if (after) unchanged.set(path, after);
  }
  return { outcomes: outcomes.map((outcome) => withKeptUpdateTime(outcome, unchanged)), changes };
}

/** The document after all writes: the stored one, times included, when they leave its fields unchanged. */
function documentAfter(
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): StoredDocument | undefined {
  return before &&
    after &&
    before.createTime === after.createTime &&
    fieldsIdentical(before.fields, after.fields)
    ? before
    : after;
}

/** Reports the update time the document keeps: a client waits for a snapshot with the time it was told. */
function withKeptUpdateTime(
  outcome: WriteOutcome,
  unchanged: ReadonlyMap<DocumentPath, StoredDocument>,
): WriteOutcome {
  const kept = unchanged.get(outcome.write.path);
  if (!kept || !outcome.after) return outcome;
  return { ...outcome, after: { ...outcome.after, updateTime: kept.updateTime } };
}

function applyWrite(
  { databaseName, version, requestTime }: CommitContext,
  write: Write,
  before: StoredDocument | undefined,
): Pick<WriteOutcome, "after" | "transformResults"> {
  if (write.kind === "delete") return { after: undefined, transformResults: [] };
  if (write.kind === "verify") return { after: before, transformResults: [] };
  let fields = maskedFields(write, before);
  const transformResults = write.transforms.map(({ field, transform }) => {
    const { value, result } = applyTransform(transform, getField(fields, field), requestTime);
    fields = setField(fields, field, value);
    return result;
  });
  if (before && fieldsIdentical(before.fields, fields)) return { after: before, transformResults };
  if (!wholeDocument(write)) checkSize(databaseName, write.path, fields);
  const after = { path: write.path, fields, createTime: before?.createTime ?? version, updateTime: version };
  return { after, transformResults };
}

function maskedFields(write: Write & { kind: "update" }, before: StoredDocument | undefined): Fields {
  if (!write.mask) return write.fields;
  let fields: Fields = before?.fields ?? new Map();
  for (const path of write.mask) fields = setField(fields, path, getField(write.fields, path));
  return fields;
}
