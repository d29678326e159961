import { expect, it } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

it("runs tasks of one key one after the other, in the order they came", async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const task = (name: string) => async () => {
    log.push(`${name} begins`);
    await tick();
    log.push(`${name} ends`);
  };
  await Promise.all([queue.run("k", task("a")), queue.run("k", task("b"))]);
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

it("lets tasks of different keys run side by side", async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const task = (name: string) => async () => {
    log.push(`${name} begins`);
    await tick();
    log.push(`${name} ends`);
  };
  await Promise.all([queue.run("k", task("a")), queue.run("l", task("b"))]);
  expect(log.slice(0, 2)).toEqual(["a begins", "b begins"]);
});

it("goes on after a task that failed, and tells its caller alone", async () => {
  const queue = new KeyedQueue();
  const failed = queue.run("k", () => Promise.reject(new Error("no")));
  const next = queue.run("k", () => Promise.resolve("yes"));
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("yes");
});

it("says how many are running or waiting, and forgets a key when its last task has ended", async () => {
  const queue = new KeyedQueue();
  expect(queue.length("k")).toBe(0);
  const tasks = [queue.run("k", tick), queue.run("k", tick), queue.run("l", tick)];
  expect([queue.length("k"), queue.length("l")]).toEqual([2, 1]);
  await tasks[0];
  expect(queue.length("k")).toBe(1);
  await Promise.all(tasks);
  expect([queue.length("k"), queue.length("l")]).toEqual([0, 0]);
});
