import { z } from "zod";
import type { Principal } from "../../platform/auth/principal.ts";
import {
  done,
  refuse,
  type ChangeOutcome,
  type Outcome,
  type Refusal,
  type Warning,
} from "../../platform/errors.ts";
import { checkInput } from "../../platform/http/validate.ts";
import type { Scope } from "../../platform/scope.ts";
import type { ManagementCommand, ManagementStore } from "../management-store.ts";
import {
  createExceptions,
  exceptionCreation,
  type CreatedException,
  type ExceptionCreation,
} from "./create-exceptions.ts";
import { exceptionBody, readExceptionBody } from "./exception-body.ts";
import { presentException, type ShownException } from "./write-exceptions.ts";

const MAX_EXCEPTIONS = 500;
/** How many exceptions one transaction creates: its documents stay far below Firestore's limits. */
const CHUNK = 50;
/** How many appointments a line's warning lists, so that an answer of 500 warnings stays small. */
const MAX_LISTED = 20;

const batchOf = <L extends z.ZodType>(line: L) =>
  z.strictObject({
    exceptions: z
      .array(line, "Give a list of exceptions.")
      .min(1, "Give at least one exception.")
      .max(MAX_EXCEPTIONS, `At most ${MAX_EXCEPTIONS} exceptions.`),
  });

/** The body of `POST …/exceptions:batch`. */
export const exceptionBatchBody = batchOf(exceptionBody);

/** The same before its lines are checked: a malformed line has its own error in the answer. */
export const exceptionBatchLines = batchOf(z.unknown());

/** What became of one line of a batch. */
export type BatchResult =
  | { readonly index: number; readonly exception: ShownException }
  | ({ readonly index: number } & Refusal)
  | ({ readonly index: number } & Warning);

interface BatchDependencies {
  readonly management: ManagementStore;
  readonly newId: () => string;
}

interface Batch {
  readonly mechanicId: string;
  readonly principal: Principal;
  readonly lines: readonly unknown[];
  /** The ids of the exceptions follow from it and their index: a repeated batch creates what is missing. */
  readonly key: string;
  readonly confirm: boolean;
}

interface BatchRequest {
  readonly command: ManagementCommand;
  readonly batch: Batch;
}

type LineOutcome = ChangeOutcome<CreatedException>;

/**
 * Creates exceptions in chunks of one transaction each, and returns what became of each line, in order. Refused as a
 * whole only if there is no such shop or mechanic. After a chunk that could not be written, none is attempted.
 */
export async function createBatch(
  { management, newId }: BatchDependencies,
  request: BatchRequest,
  scope: Scope,
): Promise<Outcome<BatchResult[]>> {
  const { command, batch } = request;
  const { mechanicId, confirm } = batch;
  const lines = batch.lines.map((_, index) => ({ index, read: readLine(request, index, newId) }));
  const results: BatchResult[] = [];
  let hasFailed = false;
  for (let from = 0; from < lines.length; from += CHUNK) {
    const chunk = lines.slice(from, from + CHUNK);
    const creations = chunk.flatMap(({ read }) => (read.ok ? [read.value] : []));
    const created: ChangeOutcome<LineOutcome[]> = hasFailed
      ? NOT_ATTEMPTED
      : await management.change(
          command,
          (tx) => createExceptions(tx, { mechanicId, creations, confirm, mostListed: MAX_LISTED }),
          scope,
        );
    if (!created.ok && "refusal" in created && created.refusal.error === "not_found") return created;
    hasFailed = !created.ok;
    const outcomes: LineOutcome[] = created.ok ? created.value : creations.map(() => created);
    let next = 0;
    for (const { index, read } of chunk) results.push(resultOf(index, read.ok ? outcomes[next++]! : read));
  }
  return done(results);
}

function readLine(
  { command, batch }: BatchRequest,
  index: number,
  newId: () => string,
): Outcome<ExceptionCreation> {
  const checked = checkInput(exceptionBody, batch.lines[index]);
  const fields = checked.ok ? readExceptionBody(checked.value) : checked;
  if (!fields.ok) return fields;
  const { mechanicId, principal, key } = batch;
  const kind = `exception_batch_${index}`;
  const request = { shopId: command.shopId, kind, mechanicId, principal, key, fields: fields.value };
  return done(exceptionCreation(request, newId));
}

function resultOf(index: number, outcome: LineOutcome): BatchResult {
  if (outcome.ok) return { index, exception: presentException(outcome.value.exception) };
  return { index, ...("warning" in outcome ? outcome.warning : outcome.refusal) };
}

const NOT_ATTEMPTED = refuse(
  "unavailable",
  "Not attempted, because one before it could not be written; repeat the request with the same key.",
);
