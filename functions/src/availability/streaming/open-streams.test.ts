import { describe, expect, it } from "vitest";
import { OpenStreams } from "./open-streams.ts";

/** Opens a stream and returns the function that closes it. */
function open(streams: OpenStreams, client: string): () => void {
  const opened = streams.open(client);
  if (!opened.ok) throw new Error(opened.refusal.error);
  return opened.value;
}

describe("the open streams of an instance", () => {
  it("are limited for each client", () => {
    const streams = new OpenStreams({ perClient: 2, perInstance: 10 });
    const close = open(streams, "a");
    open(streams, "a");
    expect(streams.open("a")).toMatchObject({ ok: false, refusal: { error: "rate_limited" } });
    open(streams, "b");
    close();
    open(streams, "a");
    expect(streams.size).toBe(3);
  });

  it("are limited for all clients together", () => {
    const streams = new OpenStreams({ perClient: 2, perInstance: 3 });
    const closes = ["a", "b", "c"].map((client) => open(streams, client));
    expect(streams.open("d")).toMatchObject({ ok: false, refusal: { error: "too_many_streams" } });
    closes.forEach((close) => close());
    expect(streams.size).toBe(0);
    open(streams, "d");
  });
});
