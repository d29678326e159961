import { describe, expect, it } from "vitest";
import type { Diagnostics } from "../../functions/src/platform/http/diagnostics-answer.ts";
import { judgeAddress, judgeForgery } from "./client-checks.ts";
import { compareClocks } from "./public-checks.ts";

const CLIENT = "203.0.113.7";
const GOOGLE = { address: "66.249.84.7", trusted: true, list: "google" };

/** What a function behind Hosting sees, with another address taken for the client's. */
function seen(
  address: string | null,
  forwarded: Record<string, string> = { "fastly-client-ip": CLIENT },
): Diagnostics {
  return {
    method: "GET",
    path: "/v1/diagnostics/request",
    host: "slotbay.example",
    protocol: "https",
    headers: [],
    forwarded,
    client: {
      peer: { address: "169.254.169.126", trusted: true },
      address,
      key: address ?? "local",
      stored_as: "x",
      forwarded_for: [GOOGLE, { address: CLIENT, trusted: false, list: null }],
    },
    trusted_proxies: { parameter: "loopback", ranges: ["loopback"] },
    limits: { enabled: true, table: {}, upcoming_per_contact: 5 },
    app_check: { mode: "off", token: false },
    platform: { service: "api", revision: "api-1", region: "us-central1" },
    clock: "2026-01-12T12:00:00.000Z",
  };
}

describe("the client's address", () => {
  it("is fine when it is what Hosting says, or when the function is called directly", () => {
    expect(judgeAddress(seen(CLIENT), false).kind).toBe("ok");
    expect(judgeAddress(seen(CLIENT, {}), false).kind).toBe("ok");
  });

  it("is a problem when it is a proxy's, and the advice names the list to trust", () => {
    expect(judgeAddress(seen(GOOGLE.address), false)).toMatchObject({
      kind: "problem",
      advice: expect.stringContaining('TRUSTED_PROXIES="loopback, google"') as string,
    });
  });

  it("is a problem when Hosting names another, and the advice names the address between", () => {
    expect(judgeAddress(seen("198.51.100.1"), false)).toMatchObject({
      kind: "problem",
      advice: expect.stringContaining("loopback, 198.51.100.1") as string,
    });
  });

  it("is a problem when there is none, and only a note on this machine", () => {
    expect(judgeAddress(seen(null), false).kind).toBe("problem");
    expect(judgeAddress(seen(null), true).kind).toBe("note");
  });
});

describe("forged headers", () => {
  it("are a problem when they change the client, and only a note on this machine", () => {
    expect(judgeForgery(seen(CLIENT), seen(CLIENT), false).kind).toBe("ok");
    expect(judgeForgery(seen(CLIENT), seen("192.0.2.123"), false).kind).toBe("problem");
    expect(judgeForgery(seen(CLIENT), seen("192.0.2.123"), true).kind).toBe("note");
  });
});

describe("the clock", () => {
  const at = (time: string) => Date.parse(time);
  const answer = (sentAt: number) => ({
    status: 200,
    headers: new Headers(),
    text: "",
    sentAt,
    answeredAt: sentAt + 200,
  });

  it.each([
    ["2026-01-12T12:00:00Z", "2026-01-12T12:00:00.500Z", "ok"],
    ["2026-01-12T12:00:00Z", "2026-01-12T12:00:09Z", "problem"],
    ["2026-01-12T12:00:09Z", "2026-01-12T12:00:00Z", "problem"],
    [null, "2026-01-12T12:00:00Z", "note"],
    ["yesterday", "2026-01-12T12:00:00Z", "note"],
  ])("of a site that says %s at %s is judged as %s", (stated, sent, kind) => {
    expect(compareClocks(stated, answer(at(sent))).kind).toBe(kind);
  });
});
