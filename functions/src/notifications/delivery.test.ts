import { describe, expect, it } from "vitest";
import type { FailedAttempt } from "./delivery-store.ts";
import { deliver } from "./delivery.ts";
import type { Mail } from "./mail.ts";
import type { Notice } from "./notice.ts";
import { millis, minutes } from "../engine/units.ts";

const ADDRESS = { shopId: "garage", notificationId: "b1_confirmed" };
const NOTICE: Notice = {
  kind: "booking_confirmed",
  bookingId: "b1",
  shopId: "garage",
  shopName: "Garage",
  zone: "UTC",
  serviceName: "Inspection",
  mechanicName: "Ada",
  start: minutes(29_480_400),
  end: minutes(29_480_430),
  previousStart: null,
  status: "confirmed",
  customer: { name: "Mei", email: "mei@example.com", phone: null },
  language: "en",
  manageTokenVersion: null,
  sequence: 0,
  happenedAt: millis(0),
};

/** An outbox of one notification whose mail cannot be written the first `failures` times. */
function outbox({ failures = 0, attempts = 0, notice = NOTICE, unreadable = false } = {}) {
  const state = { status: "pending", attempts, mails: [] as Mail[], pauses: [] as number[], error: "" };
  let left = failures;
  const dependencies = {
    clock: { now: () => millis(0) },
    manageLinks: { url: () => "" },
    pause: (milliseconds: number) => {
      state.pauses.push(milliseconds);
      return Promise.resolve();
    },
    deliveries: {
      readPending: () => {
        if (unreadable) return Promise.reject(new Error("unreadable"));
        const isPending = state.status === "pending";
        return Promise.resolve(isPending ? { notice, attempts: state.attempts } : undefined);
      },
      deliver: (_address: unknown, mail: Mail) => {
        if (left-- > 0) return Promise.reject(new Error("unavailable"));
        state.mails.push(mail);
        state.status = "delivered";
        return Promise.resolve();
      },
      recordFailure: (_address: unknown, { status, attempts, lastError }: FailedAttempt) => {
        Object.assign(state, { status, attempts, error: lastError });
        return Promise.resolve();
      },
    },
  };
  return { state, run: () => deliver(dependencies, ADDRESS) };
}

describe("delivery", () => {
  it("writes one mail, however often it runs", async () => {
    const { state, run } = outbox();
    await run();
    await run();
    expect(state).toMatchObject({ status: "delivered", pauses: [] });
    expect(state.mails.map(({ to }) => to)).toEqual([["mei@example.com"]]);
  });

  it("retries after 1, 2, 4 and 8 seconds", async () => {
    const { state, run } = outbox({ failures: 4 });
    await run();
    expect(state).toMatchObject({ status: "delivered", pauses: [1000, 2000, 4000, 8000] });
    expect(state.mails).toHaveLength(1);
  });

  it("fails after the fifth attempt, records why, and is not retried", async () => {
    const { state, run } = outbox({ failures: 100 });
    await run();
    await run();
    expect(state).toMatchObject({ status: "failed", attempts: 5, error: "Error: unavailable", mails: [] });
    expect(state.pauses).toEqual([1000, 2000, 4000, 8000]);
  });

  it("resumes where an earlier run was interrupted", async () => {
    const { state, run } = outbox({ failures: 100, attempts: 3 });
    await run();
    expect(state).toMatchObject({ status: "failed", attempts: 5, pauses: [8000] });
  });

  it("fails a notification that cannot be read, instead of retrying for ever", async () => {
    const { state, run } = outbox({ unreadable: true });
    await run();
    expect(state).toMatchObject({ status: "failed", attempts: 5 });
  });

  it("skips a customer without an address", async () => {
    const { state, run } = outbox({
      notice: { ...NOTICE, customer: { name: "Mei", email: null, phone: "1" } },
    });
    await run();
    expect(state).toMatchObject({ status: "skipped", mails: [], pauses: [] });
  });
});
