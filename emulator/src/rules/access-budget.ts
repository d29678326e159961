import { LimitError } from "./values/evaluation-error.ts";

/** The number of documents that the rules of one operation may read. */
export const SINGLE_DOCUMENT_LIMIT = 10;
/** The number of documents that the rules of a batch, transaction or multi-document read may read in total. */
export const MULTI_DOCUMENT_LIMIT = 20;

/** Counts the documents that rules read, each document once. */
export class AccessBudget {
  private readonly seen = new Set<string>();

  constructor(private readonly limit: number = MULTI_DOCUMENT_LIMIT) {}

  /** Counts a document. Throws `LimitError` if it exceeds the limit. */
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
