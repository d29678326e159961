import { readdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";

const SUITES = readdirSync(new URL("..", import.meta.url)).filter((file) => file.endsWith(".test.ts"));

/**
 * Runs every test of the engine again with the process in another time zone: the results must not depend on
 * the server's time zone. Call it at the top of a separate test file: Vitest runs each file in its own process.
 */
export function runEngineUnder(timeZone: string): void {
  vi.stubEnv("TZ", timeZone);

  it(`runs in a process whose time zone is ${timeZone}`, () => {
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(timeZone);
    // The local fields of a Date are what careless code reads.
    const noon = new Date("2026-01-15T12:00Z");
    const shown = new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", hourCycle: "h23" }).format(
      noon,
    );
    expect(noon.getHours()).toBe(Number(shown));
  });

  // Each block collects the tests of one file, which registers them as it is loaded.
  for (const suite of SUITES) describe(suite, () => import(/* @vite-ignore */ `../${suite}`));
}
