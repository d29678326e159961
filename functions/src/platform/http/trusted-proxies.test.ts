import { describe, expect, it } from "vitest";
import { listOf, proxyRanges } from "./trusted-proxies.ts";

describe("TRUSTED_PROXIES", () => {
  it("takes addresses, ranges and the names of lists", () => {
    expect(proxyRanges("loopback, 10.0.0.0/8 2001:db8::/32,192.0.2.1")).toEqual([
      "loopback",
      "10.0.0.0/8",
      "2001:db8::/32",
      "192.0.2.1",
    ]);
    expect(proxyRanges("google")).toContain("35.191.0.0/16");
    expect(proxyRanges("")).toEqual([]);
  });

  it.each(["10.0.0.0/33", "10.0.0", "0.0.0.0/0", "::/129", "gogle", "1.2.3.4/8/9", "1.2.3.4/x", "toString"])(
    "does not take %s, and names it",
    (part) => expect(() => proxyRanges(`loopback, ${part}`)).toThrow(part),
  );
});

it.each([
  ["66.249.84.7", "google"],
  ["2a00:1450:4001::1", "google"],
  ["151.101.1.195", "fastly"],
  ["34.80.0.1", null],
  ["203.0.113.7", null],
  ["nonsense", null],
])("knows the list of %s: %s", (address, list) => expect(listOf(address)).toBe(list));
