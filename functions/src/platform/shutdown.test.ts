import { EventEmitter } from "node:events";
import { expect, it, vi } from "vitest";
import { runBeforeShutdown } from "./shutdown.ts";

it("runs the work before the listeners that end the process", async () => {
  const signals = new EventEmitter();
  const order: string[] = [];
  const end = vi.fn(() => void order.push("end"));
  signals.on("SIGTERM", end);
  runBeforeShutdown(async () => {
    await Promise.resolve();
    order.push("work");
  }, signals);
  signals.emit("SIGTERM");
  expect(end).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1));
  expect(order).toEqual(["work", "end"]);
});

it("ends the process after five seconds if the work hangs, and at once if it fails", async () => {
  vi.useFakeTimers();
  for (const [work, milliseconds] of [
    [() => new Promise<void>(() => {}), 5_000],
    [() => Promise.reject(new Error("unavailable")).catch(() => {}), 0],
  ] as const) {
    const signals = new EventEmitter();
    const end = vi.fn();
    signals.on("SIGTERM", end);
    runBeforeShutdown(work, signals);
    signals.emit("SIGTERM");
    if (milliseconds > 0) {
      await vi.advanceTimersByTimeAsync(milliseconds - 1);
      expect(end).not.toHaveBeenCalled();
    }
    await vi.advanceTimersByTimeAsync(1);
    expect(end).toHaveBeenCalledTimes(1);
  }
  vi.useRealTimers();
});
