import { describe, expect, it } from "vitest";
import { KeyedHash } from "./keyed-hash.ts";

describe("a keyed hash", () => {
  const hash = new KeyedHash("SOME_SECRET", "secret of the tests");

  it("depends on the secret, the purpose and every value", () => {
    const hashes = [
      hash.of("client", "a", "b"),
      hash.of("contact", "a", "b"),
      hash.of("client", "ab"),
      hash.of("client", "a", null),
      new KeyedHash("SOME_SECRET", "another").of("client", "a", "b"),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hash.of("client", "a", "b")).toBe(hashes[0]);
  });

  it("begins with its short form of 132 bits", () => {
    expect(hash.short("client", "a")).toMatch(/^[\w-]{22}$/);
    expect(hash.of("client", "a").startsWith(hash.short("client", "a"))).toBe(true);
  });

  it.each([null, ""])("is not made where the secret is %j, and the error names the parameter", (secret) => {
    expect(() => new KeyedHash("SOME_SECRET", secret).short("client", "a")).toThrow("SOME_SECRET");
  });
});
