import domain from "node:domain";
import { afterAll, describe, expect, it, vi } from "vitest";
import { preventDomains } from "./platform-guard.ts";

const { create } = domain;
afterAll(() => {
  domain.create = create;
});

describe("a platform that asks for a domain", () => {
  it("has its work done in none, and may listen for errors as before", () => {
    preventDomains();
    const made = domain.create();
    made.on("error", vi.fn());
    const inside = vi.fn(() => (process as { domain?: unknown }).domain ?? "none");
    made.run(inside);
    expect(inside).toHaveReturnedWith("none");
  });
});
