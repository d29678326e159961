import { describe, expect, it, vi } from "vitest";
import { SharedReads } from "./shared-reads.ts";

const echo = (keys: readonly string[]) => Promise.resolve(keys.join(""));

describe("callers of the same event-loop turn", () => {
  it("share one read of all their keys, and each key is billed to one of them", async () => {
    const gathered = new SharedReads<string, string>();
    const work = vi.fn(echo);
    const answers = await Promise.all([
      gathered.of("shop", ["a", "b"], work),
      gathered.of("shop", ["b", "c"], work),
      gathered.of("shop", ["a"], work),
    ]);
    expect(work.mock.calls).toEqual([[["a", "b", "c"]]]);
    expect(answers).toEqual([
      { result: "abc", first: true, own: ["a", "b"] },
      { result: "abc", first: false, own: ["c"] },
      { result: "abc", first: false, own: [] },
    ]);
  });

  it("share nothing with callers of another group", async () => {
    const gathered = new SharedReads<string, string>();
    const answers = await Promise.all([
      gathered.of("shop", ["a"], echo),
      gathered.of("another shop", ["a"], echo),
    ]);
    expect(answers.map(({ first }) => first)).toEqual([true, true]);
  });

  it("never get the result of a read that began before their request", async () => {
    const gathered = new SharedReads<string, number>();
    let value = 1;
    let later: Promise<{ result: number }> | undefined;
    const earlier = gathered.of("shop", ["a"], () => {
      const seen = value;
      value = 2;
      later = gathered.of("shop", ["a"], () => Promise.resolve(value));
      return Promise.resolve(seen);
    });
    expect((await earlier).result).toBe(1);
    expect((await later)?.result).toBe(2);
  });

  it("all get the error of a failed read, and the next caller reads again", async () => {
    const gathered = new SharedReads<string, string>();
    const fail = () => Promise.reject(new Error("no answer"));
    const answers = await Promise.allSettled([
      gathered.of("shop", ["a"], fail),
      gathered.of("shop", ["b"], fail),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await gathered.of("shop", ["a"], echo)).result).toBe("a");
  });
});
