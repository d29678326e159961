import { expect, it } from "vitest";
import { Gate } from "./gate.ts";

/** Work that ends when the test says so, by name. */
function worksite(capacity: number) {
  const gate = new Gate(capacity);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string, weigh: () => number, isUrgent = false) => {
    const run = async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    };
    return gate.pass({ weigh, isUrgent, run });
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { gate, begun, begin, end, settle };
}

it("admits work at once while there is room, and the rest in the order of arrival", async () => {
  const { begun, begin, end, settle } = worksite(10);
  for (const [name, weight] of [
    ["a", 6],
    ["b", 4],
    ["c", 5],
    ["d", 1],
  ] as const)
    void begin(name, () => weight);
  await settle();
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  // "d" would fit, but "c" came first.
  expect(begun).toEqual(["a", "b"]);
  await end("a");
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

it("admits work that is heavier than the capacity alone", async () => {
  const { begun, begin, end, settle } = worksite(10);
  for (const [name, weight] of [
    ["a", 1],
    ["huge", 99],
    ["b", 1],
  ] as const)
    void begin(name, () => weight);
  await settle();
  expect(begun).toEqual(["a"]);
  await end("a");
  expect(begun).toEqual(["a", "huge"]);
  await end("huge");
  expect(begun).toEqual(["a", "huge", "b"]);
});

it("admits urgent work before all other work that waits", async () => {
  const { begun, begin, end, settle } = worksite(10);
  for (const [name, isUrgent] of [
    ["a", false],
    ["b", false],
    ["urgent", true],
    ["second", true],
  ] as const)
    void begin(name, () => 10, isUrgent);
  await settle();
  for (const name of ["a", "urgent", "second"]) await end(name);
  expect(begun).toEqual(["a", "urgent", "second", "b"]);
});

it("weighs work when it could be admitted", async () => {
  const { begun, begin, end, settle } = worksite(10);
  let weight = 10;
  for (const name of ["a", "b", "c"]) void begin(name, () => weight);
  await settle();
  expect(begun).toEqual(["a"]);
  weight = 5;
  await end("a");
  expect(begun).toEqual(["a", "b", "c"]);
});

it("returns the result, passes errors on and makes room after them", async () => {
  const { gate } = worksite(1);
  const pass = (run: () => Promise<string>) => gate.pass({ weigh: () => 1, isUrgent: false, run });
  const failed = pass(() => Promise.reject(new Error("broken")));
  const next = pass(() => Promise.resolve("done"));
  await expect(failed).rejects.toThrow("broken");
  await expect(next).resolves.toBe("done");
});
