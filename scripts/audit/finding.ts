/** Something in a shop's documents that is not as it should be. */
export interface Finding {
  readonly kind:
    "booking" | "former_hash" | "stray_entry" | "overlap" | "hold" | "day" | "unreadable" | "rezoning";
  /** The path of the document it was found in. */
  readonly path: string;
  readonly problem: string;
  /** Repairs it; null where a person has to decide. */
  readonly repair: (() => Promise<void>) | null;
}
