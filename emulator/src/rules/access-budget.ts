import { LimitError } from "./values/evaluation-error.ts";

/** Documents that the rules of one operation may read. */
export const SINGLE_DOCUMENT_LIMIT = 10;
/** Documents that the rules of all operations of one batch, transaction or multi-document read may read together. */
export const MULTI_DOCUMENT_LIMIT = 20;

/** Counts the documents that rules read; the same document counts once. */
export class AccessBudget {
  private readonly seen = new Set<string>();

  constructor(private readonly limit: number = MULTI_DOCUMENT_LIMIT) {}

  /** Throws `LimitError` when one more document would be too many. */
  spend(document: string): void {
    if (this.seen.has(document)) return;
    if (this.seen.size >= this.limit) {
      throw new LimitError(
        `Unable to evaluate the expression as the maximum of ${this.limit} document access calls has been reached.`,
      );
    }
    this.seen.add(document);
  }
}
