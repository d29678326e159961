import type { DocumentPath, StoredDocument } from "../values/document.ts";
import { formatFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Delta } from "./delta.ts";

/** The change of one document in a snapshot, for all targets of a stream. */
export interface DocumentEvent {
  readonly path: DocumentPath;
  /** The latest version; undefined when the document does not exist. */
  readonly document: StoredDocument | undefined;
  readonly projection: readonly FieldPath[] | undefined;
  readonly targetIds: number[];
  readonly removedTargetIds: number[];
}

/** The changes of one snapshot: one event per document and projection. */
export class SnapshotChanges {
  readonly #events = new Map<string, DocumentEvent>();

  get events(): Iterable<DocumentEvent> {
    return this.#events.values();
  }

  get size(): number {
    return this.#events.size;
  }

  /** Adds a document that is new in the target or has a new version. */
  changed(targetId: number, document: StoredDocument, projection?: readonly FieldPath[]): void {
    this.#event(document.path, document, projection).targetIds.push(targetId);
  }

  /** Adds a document that is not, or no longer, in the target. */
  removed(
    targetId: number,
    path: DocumentPath,
    document: StoredDocument | undefined,
    projection?: readonly FieldPath[],
  ): void {
    this.#event(path, document, projection).removedTargetIds.push(targetId);
  }

  add(targetId: number, delta: Delta, projection?: readonly FieldPath[]): void {
    for (const document of delta.changed) this.changed(targetId, document, projection);
    for (const { path, document } of delta.removed) this.removed(targetId, path, document, projection);
  }

  /** Removes a target from all events. */
  drop(targetId: number): void {
    for (const [key, event] of this.#events) {
      const targetIds = event.targetIds.filter((id) => id !== targetId);
      const removedTargetIds = event.removedTargetIds.filter((id) => id !== targetId);
      if (targetIds.length + removedTargetIds.length === 0) this.#events.delete(key);
      else this.#events.set(key, { ...event, targetIds, removedTargetIds });
    }
  }

  #event(
    path: DocumentPath,
    document: StoredDocument | undefined,
    projection: readonly FieldPath[] | undefined,
  ): DocumentEvent {
    const key = projection ? `${path}\n${projection.map(formatFieldPath).join()}` : path;
    let event = this.#events.get(key);
    if (!event) {
      event = { path, document, projection, targetIds: [], removedTargetIds: [] };
      this.#events.set(key, event);
    }
    return event;
  }
}
