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

/** What one write does, as its result reports it. */
export interface WriteOutcome {
  readonly write: Write;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
  readonly transformResults: readonly Value[];
  /** Why the write may not happen; the outcome then tells what it would have been. */
  readonly refusal: StatusError | undefined;
}

export interface WritePlan {
  readonly outcomes: readonly WriteOutcome[];
  /** What the commit changes, one entry per document, no-ops left out. */
  readonly changes: readonly DocumentChange[];
}

/**
 * Works out what writes do to the current state, each seeing the effect of those before it. Changes nothing.
 * @param writes whose sizes are checked already, as far as `checkKnownSizes` can
 * @param version of the commit; documents it writes get it as their update time
 * @param requestTime what server timestamps become: one value for the whole request
 * @throws StatusError INVALID_ARGUMENT for a document that would be too large
 */
export function planWrites(
  databaseName: string,
  view: ReadView,
  writes: readonly Write[],
  version: CommitVersion,
  requestTime: Value,
): WritePlan {
  const pending = new Map<DocumentPath, StoredDocument | undefined>();
  const outcomes = writes.map((write) => {
    const before = pending.has(write.path) ? pending.get(write.path) : view.get(write.path);
    const refusal = checkPrecondition(databaseName, write, before);
    const { after, transformResults } = applyWrite(databaseName, write, before, version, requestTime);
    if (write.kind !== "verify") pending.set(write.path, after);
    return { write, before, after, transformResults, refusal };
  });
  const changes: DocumentChange[] = [];
  const unchanged = new Map<DocumentPath, StoredDocument>();
  for (const [path, pendingAfter] of pending) {
    const before = view.get(path);
    const after = settle(before, pendingAfter);
    if (before !== after) changes.push({ path, before, after });
    else if (after) unchanged.set(path, after);
  }
  return { outcomes: outcomes.map((outcome) => withKeptUpdateTime(outcome, unchanged)), changes };
}

/** Writes that end where they began leave the document as it was, times included. */
function settle(
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

/** A client waits to see the update time it was told, so that has to be the one the document keeps. */
function withKeptUpdateTime(
  outcome: WriteOutcome,
  unchanged: ReadonlyMap<DocumentPath, StoredDocument>,
): WriteOutcome {
  const kept = unchanged.get(outcome.write.path);
  if (!kept || !outcome.after) return outcome;
  return { ...outcome, after: { ...outcome.after, updateTime: kept.updateTime } };
}

function applyWrite(
  databaseName: string,
  write: Write,
  before: StoredDocument | undefined,
  version: CommitVersion,
  requestTime: Value,
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
