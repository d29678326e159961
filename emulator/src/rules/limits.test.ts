import { describe, expect, it } from "vitest";
import { AccessBudget } from "./access-budget.ts";
import { decide, outcome, readerOf } from "./testing/evaluate-condition.ts";

const existing = (...names: string[]) =>
  names.map((name) => `!exists(/databases/(default)/documents/x/${name})`).join(" && ");
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);

describe("document access", () => {
  it("is allowed ten times in one operation", () => {
    expect(outcome(existing(...numbered(10)))).toBe(true);
    expect(decide(existing(...numbered(11))).message).toContain("maximum of 10 document access calls");
  });

  it("counts repeated reads of one document once, and reads it from the reader", () => {
    const reader = readerOf([]);
    expect(outcome(existing("a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a"), { reader })).toBe(
      true,
    );
  });

  it("is denied beyond the limit even with ||", () => {
    expect(decide(`!(${existing(...numbered(11))}) || true`).allowed).toBe(false);
  });

  it("is allowed twenty times in all operations of a batch", () => {
    const budget = new AccessBudget();
    expect(outcome(existing(...numbered(10)), { budget })).toBe(true);
    const others = numbered(20).slice(10);
    expect(outcome(existing(...others), { budget })).toBe(true);
    expect(outcome(existing("n3"), { budget })).toBe(true);
    expect(decide(existing("one_more"), { budget }).message).toContain("maximum of 20 document access calls");
  });
});

describe("evaluation", () => {
  it("denies the request after a thousand expressions", () => {
    // A comparison of two literals costs three.
    const chain = (terms: number) => Array(terms).fill("1 == 1").join(" && ");
    const many = (count: number) =>
      Array(count)
        .fill(`(${chain(40)})`)
        .join(" && ");
    expect(outcome(many(4))).toBe(true);
    expect(decide(many(6)).allowed).toBe(false);
    expect(decide(`${many(6)} || true`).message).toBe(
      "\nevaluation error at L4:70 for 'get' @ L4, Unable to evaluate the expression as the maximum of 1000 " +
        "expressions to evaluate has been reached. for 'get' @ L4",
    );
  });
});
