import { documentSize } from "../values/size.ts";
import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";
import type { DocumentChange } from "./commit-record.ts";

interface SupersededVersion {
  /** The commit that replaced this version; views older than it still see it. */
  readonly until: CommitVersion;
  readonly document: StoredDocument | undefined;
}

interface LogEntry {
  readonly version: CommitVersion;
  readonly path: DocumentPath;
  readonly bytes: number;
}

export interface HistoryLimits {
  /** How long a replaced version stays readable, in microseconds. */
  readonly retentionMicros: bigint;
  /** The maximum number of replaced versions, regardless of their age. */
  readonly maxEntries: number;
  /** The maximum size of all replaced versions together, by Firestore's formula. */
  readonly maxBytes: number;
}

/**
 * The versions that commits replaced, for reads in the past.
 *
 * The oldest versions are forgotten first, so the history from `oldestReadable` to now is complete.
 */
export class History {
  readonly #superseded = new Map<DocumentPath, SupersededVersion[]>();
  readonly #limits: HistoryLimits;
  #log: LogEntry[] = [];
  #head = 0;
  #bytes = 0;
  #oldestReadable: CommitVersion;

  constructor(limits: HistoryLimits, startedAt: CommitVersion) {
    this.#limits = limits;
    this.#oldestReadable = startedAt;
  }

  /** The oldest version that can still be read. */
  get oldestReadable(): CommitVersion {
    return this.#oldestReadable;
  }

  /** Records the versions a commit replaced. */
  record(version: CommitVersion, changes: readonly DocumentChange[]): void {
    for (const change of changes) {
      const versions = this.#superseded.get(change.path);
      const replaced = { until: version, document: change.before };
      if (versions) versions.push(replaced);
      else this.#superseded.set(change.path, [replaced]);
      const bytes = change.before ? documentSize(change.path, change.before.fields) : 0;
      this.#bytes += bytes;
      this.#log.push({ version, path: change.path, bytes });
    }
  }

  /** The document at `path` as of version `at`; `now` is its latest version. */
  documentAt(
    path: DocumentPath,
    at: CommitVersion,
    now: StoredDocument | undefined,
  ): StoredDocument | undefined {
    const versions = this.#superseded.get(path);
    if (!versions) return now;
    const seen = versions.find((version) => version.until > at);
    return seen ? seen.document : now;
  }

  /** The paths changed by commits newer than `at`, each once. */
  pathsChangedSince(at: CommitVersion): Set<DocumentPath> {
    const paths = new Set<DocumentPath>();
    for (let i = this.#log.length - 1; i >= this.#head; i--) {
      const entry = this.#log[i]!;
      if (entry.version <= at) break;
      paths.add(entry.path);
    }
    return paths;
  }

  /** Forgets versions past retention or over the limits, except those that a view pinned at `pinned` needs. */
  prune(now: CommitVersion, pinned: CommitVersion | undefined): void {
    const horizon = now - this.#limits.retentionMicros;
    while (this.#head < this.#log.length) {
      const entry = this.#log[this.#head]!;
      const { maxEntries, maxBytes } = this.#limits;
      const tooMuch = this.#log.length - this.#head > maxEntries || this.#bytes > maxBytes;
      if (!tooMuch && entry.version > horizon) break;
      if (pinned !== undefined && entry.version > pinned) break;
      this.#forget(entry);
      this.#head++;
    }
    if (horizon > this.#oldestReadable && (pinned === undefined || pinned >= horizon))
      this.#oldestReadable = horizon;
    if (this.#head > 1_024 && this.#head * 2 > this.#log.length) {
      this.#log = this.#log.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Forgets everything older than `version`. */
  clear(version: CommitVersion): void {
    this.#superseded.clear();
    this.#log = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#oldestReadable = version;
  }

  #forget(entry: LogEntry): void {
    const versions = this.#superseded.get(entry.path);
    versions?.shift();
    this.#bytes -= entry.bytes;
    if (versions?.length === 0) this.#superseded.delete(entry.path);
    if (entry.version > this.#oldestReadable) this.#oldestReadable = entry.version;
  }
}
