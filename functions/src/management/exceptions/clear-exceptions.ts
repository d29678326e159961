import { done, type ChangeOutcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { clearRange, type DateRange } from "./clear-range.ts";
import { ConflictCheck } from "./exception-conflicts.ts";
import {
  exceptionQuery,
  positionOf,
  readStoredException,
  type ExceptionPosition,
  type StoredException,
} from "./exception-store.ts";
import {
  presentException,
  readOwner,
  writeChanges,
  type DecidedChange,
  type ShownException,
} from "./write-exceptions.ts";

/** How many exceptions one transaction clears: more of one mechanic in a range are cleared by several. */
const CHUNK = 300;
/** How many exceptions the answer lists. */
const MAX_KEPT_LISTED = 100;

/** What clearing a range did, by the number of exceptions. */
export interface Clearing {
  readonly removed: number;
  readonly shortened: number;
  readonly split: number;
  /** Recurring exceptions that still have dates in the range. */
  readonly kept: readonly ShownException[];
}

interface ClearRequest {
  readonly command: ManagementCommand;
  /** `*`: the whole shop's. */
  readonly mechanicId: string;
  readonly range: DateRange;
  readonly confirm: boolean;
}

interface Dependencies {
  readonly management: ManagementStore;
  readonly newId: () => string;
}

/**
 * Removes the exceptions of a range of dates; those that reach beyond it are shortened or split. Warns of the upcoming
 * appointments that this leaves outside hours, unless `confirm` is set. Repeating it continues what was interrupted.
 */
export async function clearExceptions(
  { management, newId }: Dependencies,
  request: ClearRequest,
  scope: Scope,
): Promise<ChangeOutcome<Clearing>> {
  let total: Clearing = { removed: 0, shortened: 0, split: 0, kept: [] };
  let after: ExceptionPosition | null = null;
  do {
    const command = { ...request.command, requestId: newId() };
    const chunk: ChangeOutcome<ClearedChunk> = await management.change(
      command,
      (tx) => clearChunk(tx, { ...request, command, after, newId }),
      scope,
    );
    if (!chunk.ok) return chunk;
    total = sumOf(total, chunk.value.cleared);
    after = chunk.value.next;
  } while (after);
  return done(total);
}

interface ClearedChunk {
  readonly cleared: Clearing;
  readonly next: ExceptionPosition | null;
}

interface ChunkRequest extends ClearRequest {
  readonly after: ExceptionPosition | null;
  readonly newId: () => string;
}

async function clearChunk(
  tx: ManagementTransaction,
  { command, mechanicId, range, confirm, after, newId }: ChunkRequest,
): Promise<ChangeOutcome<ClearedChunk>> {
  const owner = await readOwner(tx, mechanicId);
  if (!owner.ok) return owner;
  const query = exceptionQuery(tx.paths.exceptions, { mechanicId, ...range }, after).limit(CHUNK);
  const found = await tx.query(query);
  const cleared = found
    .flatMap((snapshot) => readStoredException(snapshot) ?? [])
    .map((exception) => ({ exception, left: clearRange(exception, range) }));
  const changes: DecidedChange[] = cleared.flatMap(({ exception, left }, index) => {
    if (left.kind !== "parts") return [];
    const [first, second] = left.parts.map((dates) => ({ ...exception, ...dates, updated_at: tx.now }));
    const lineId = `${command.requestId}-${index}`;
    const rest = second && { ...second, id: newId(), created_at: tx.now };
    return [
      { before: exception, after: first, lineId },
      ...(rest ? [{ before: undefined, after: rest, lineId: `${lineId}-rest` }] : []),
    ];
  });
  if (!confirm) {
    const check = await ConflictCheck.read(tx, owner.value, changes);
    const stranded = check.strandedBy(changes);
    if (stranded.length > 0) return check.warnOf(stranded);
  }
  writeChanges(tx, changes);
  const last = found.length === CHUNK ? found.at(-1) : undefined;
  return done({ cleared: countsOf(cleared), next: last ? positionOf(last) : null });
}

type Decided = { readonly exception: StoredException; readonly left: ReturnType<typeof clearRange> };

function countsOf(cleared: readonly Decided[]): Clearing {
  const withParts = (count: number) =>
    cleared.filter(({ left }) => left.kind === "parts" && left.parts.length === count).length;
  const kept = cleared.filter(({ left }) => left.kind === "kept");
  return {
    ...{ removed: withParts(0), shortened: withParts(1), split: withParts(2) },
    kept: kept.map(({ exception }) => presentException(exception)),
  };
}

function sumOf(a: Clearing, b: Clearing): Clearing {
  return {
    removed: a.removed + b.removed,
    shortened: a.shortened + b.shortened,
    split: a.split + b.split,
    kept: [...a.kept, ...b.kept].slice(0, MAX_KEPT_LISTED),
  };
}
