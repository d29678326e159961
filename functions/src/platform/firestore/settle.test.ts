import { describe, expect, it } from "vitest";
import { lookUp, refuseGivenUp, runUntilSettled } from "./settle.ts";

const failure = (code: number) => Object.assign(new Error(`code ${code}`), { code });
const [ABORTED, UNAVAILABLE] = [10, 14];
const never = () => new Promise<never>(() => undefined);
const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe("a transaction that is repeated until it is answered", () => {
  it("is certain when no attempt reached its commit", async () => {
    let attempts = 0;
    const settled = await runUntilSettled(() => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(failure(UNAVAILABLE)) : Promise.resolve("done");
    }, 1_000);
    expect(settled).toEqual({ kind: "answered", value: "done", uncertainty: "none" });
  });

  it.each([
    [ABORTED, "look"],
    [UNAVAILABLE, "open"],
  ])("is uncertain after a commit that failed with code %i: %s", async (code, uncertainty) => {
    let attempts = 0;
    const settled = await runUntilSettled((beforeCommit) => {
      attempts += 1;
      if (attempts > 1) return Promise.resolve("refused");
      beforeCommit();
      return Promise.reject(failure(code));
    }, 1_000);
    expect(settled).toEqual({ kind: "answered", value: "refused", uncertainty });
  });

  it("is given up with certainty while it still reads, and commits nothing after that", async () => {
    let committed = false;
    const settled = await runUntilSettled(async (beforeCommit) => {
      await sleep(60);
      beforeCommit();
      committed = true;
    }, 20);
    expect(settled).toEqual({ kind: "gave_up", uncertainty: "none" });
    await sleep(80);
    expect(committed).toBe(false);
  });

  it("is open when the deadline passes during its commit", async () => {
    const settled = await runUntilSettled(async (beforeCommit) => {
      beforeCommit();
      await never();
    }, 20);
    expect(settled).toEqual({ kind: "gave_up", uncertainty: "open" });
  });

  it("throws errors that are not Firestore's", async () => {
    await expect(runUntilSettled(() => Promise.reject(new TypeError("a mistake")), 100)).rejects.toThrow(
      "a mistake",
    );
  });
});

it("answers `contention`, which promises that nothing was written, only when that is known", () => {
  const refusals = (["none", "look", "open"] as const).map((one) => refuseGivenUp(one, "Ask again.").refusal);
  expect(refusals.map(({ error }) => error)).toEqual(["contention", "contention", "unavailable"]);
  expect(refusals[2]?.details).toEqual({ outcome: "unknown", next: "Ask again." });
});

it("calls the outcome unknown when the look-up is not answered either", async () => {
  const lost = await lookUp(() => Promise.reject(failure(UNAVAILABLE)), "Ask again.");
  expect(lost).toMatchObject({
    ok: false,
    refusal: { error: "unavailable", details: { outcome: "unknown", next: "Ask again." } },
  });
  expect(await lookUp(() => Promise.resolve("found"), "Ask again.")).toEqual({ ok: true, value: "found" });
  await expect(lookUp(() => Promise.reject(new TypeError("a mistake")), "")).rejects.toThrow("a mistake");
});
