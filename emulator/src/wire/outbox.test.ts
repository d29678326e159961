import { beforeEach, describe, expect, it } from "vitest";
import { Outbox } from "./outbox.ts";
import type { StatusError } from "../status.ts";

let now: number;
let untaken: (() => void)[];
let overflow: StatusError | undefined;
let outbox: Outbox;

beforeEach(() => {
  now = 0;
  untaken = [];
  overflow = undefined;
  outbox = new Outbox(
    (_, taken) => untaken.push(taken),
    (error) => (overflow = error),
    { bytes: 2 * MEBIBYTE, millis: 1_000 },
    () => now,
  );
});

const MEBIBYTE = 1024 * 1024;
const message = new Uint8Array(MEBIBYTE);

describe("the outbox of a stream", () => {
  it("accepts any amount for a client that keeps up", () => {
    for (; now < 100_000; now += 100) {
      outbox.send(message);
      untaken.pop()!();
    }
    expect(overflow).toBeUndefined();
  });

  it("accepts a large snapshot at once", () => {
    for (let i = 0; i < 100; i++) outbox.send(message);
    for (let i = 0; i < 100; i++) untaken.shift()!();
    expect(overflow).toBeUndefined();
    expect(untaken).toEqual([]);
  });

  it("ends the stream of a client that is too far behind for too long, and discards the waiting messages", () => {
    for (let i = 0; i < 4; i++) outbox.send(message);
    expect(overflow).toBeUndefined();
    now = 1_001;
    outbox.send(message);
    expect(overflow).toMatchObject({ status: "RESOURCE_EXHAUSTED" });
    untaken.shift()!();
    expect(untaken).toEqual([]);
  });

  it("restarts the time limit when the client has caught up", () => {
    for (let i = 0; i < 4; i++) outbox.send(message);
    while (untaken.length > 0) untaken.shift()!();
    now = 1_001;
    for (let i = 0; i < 4; i++) outbox.send(message);
    expect(overflow).toBeUndefined();
  });

  it("ignores messages once it is closed", () => {
    outbox.close();
    outbox.send(message);
    expect(untaken).toEqual([]);
  });
});
