/** The result of one check. A problem makes the command fail; a note says what could not be seen from here. */
export interface Finding {
  readonly kind: "ok" | "note" | "problem";
  readonly check: string;
  readonly seen: string;
  /** What to set or to do; only for problems. */
  readonly advice?: string;
}

export const ok = (check: string, seen: string): Finding => ({ kind: "ok", check, seen });
export const note = (check: string, seen: string): Finding => ({ kind: "note", check, seen });
export const problem = (check: string, seen: string, advice: string): Finding => ({
  kind: "problem",
  check,
  seen,
  advice,
});
