import { expect, it, vi } from "vitest";
import { isTransient, retryTransient } from "./retry.ts";

class GrpcError extends Error {
  constructor(
    readonly code: number,
    message = "",
  ) {
    super(message);
  }
}
const ABORTED = 10;
const QUICK = { deadlineMs: 1_000, firstDelayMs: 1, maxDelayMs: 2 };

it("does work again that failed for Firestore's own reasons, until it succeeds", async () => {
  const attempt = vi
    .fn()
    .mockRejectedValueOnce(new GrpcError(ABORTED))
    .mockRejectedValueOnce(new GrpcError(14));
  attempt.mockResolvedValue("done");
  expect(await retryTransient(attempt, QUICK)).toBe("done");
  expect(attempt).toHaveBeenCalledTimes(3);
});

it("does not repeat what would fail again", async () => {
  for (const error of [new GrpcError(6), new GrpcError(9), new GrpcError(3, "bad value"), new Error("bug")]) {
    const attempt = vi.fn().mockRejectedValue(error);
    await expect(retryTransient(attempt, QUICK)).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  }
});

it("throws the last failure when the deadline has passed", async () => {
  const attempt = vi.fn().mockRejectedValue(new GrpcError(ABORTED));
  await expect(retryTransient(attempt, { ...QUICK, deadlineMs: 20 })).rejects.toMatchObject({
    code: ABORTED,
  });
  expect(attempt.mock.calls.length).toBeGreaterThan(1);
});

it("does not wait for an attempt beyond the deadline, and tells the attempt", async () => {
  let told = false;
  const attempt = (signal: AbortSignal) =>
    new Promise<never>(() => signal.addEventListener("abort", () => (told = true)));
  const failure: unknown = await retryTransient(attempt, { deadlineMs: 10 }).catch((error: unknown) => error);
  expect(isTransient(failure)).toBe(true);
  expect(told).toBe(true);
});
