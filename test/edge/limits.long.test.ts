import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { startChild, type Child } from "../support/child.ts";
import { Client } from "../support/client.ts";

/** Google's front end as Hosting's requests come from it. */
const EDGE = "66.249.84.7";
const SHOP = "default";
const run = promisify(execFile);

// A suite of its own: the shared one has no limits, and its clients no addresses.
let suite: Child;
let site: string;

beforeAll(async () => {
  suite = await startChild({
    args: ["scripts/run.mjs", "start", "--fresh", "--free-ports"],
    ready: /site and API +(\S+)[\s\S]*Stop with Ctrl-C/,
    timeoutMs: 150_000,
    env: { RATE_LIMITS: undefined, METADATA_SERVER_DETECTION: undefined },
  });
  site = suite.match[1] ?? "";
});
afterAll(async () => {
  suite.signal("SIGINT");
  await suite.stop(30_000);
});

describe("bookings through Hosting", () => {
  /** The header as the platform sends it: it appends the client's address, and the edge's own. */
  const sentFrom = (client: string, forged: string) => ({
    "x-forwarded-for": `${forged}, ${client}, ${EDGE}`,
  });

  it("are ten a minute for each client, who cannot choose its key by a forged header", async () => {
    const client = new Client(site);
    const from = addDays(new Date().toISOString().slice(0, 10), 3);
    const { body } = await client.slots(SHOP, from, addDays(from, 6), {
      limit: 500,
      service_id: "oil_change",
    });
    // One booking for each mechanic and date: none is in the way of another.
    const apart = new Map(body.slots.map((slot) => [slot.mechanic_id + slot.start.slice(0, 10), slot.id]));
    const slots = [...apart.values()];
    const bookAs = async (address: string, index: number) => {
      const request = { slot_id: slots[index], customer: { name: "Ada" } };
      const forged = {
        ...sentFrom(address, `198.51.100.${index + 1}`),
        "fastly-client-ip": `192.0.2.${index + 1}`,
      };
      return client.book(SHOP, request, forged);
    };
    // The limit's windows are those of the clock: all requests belong into one.
    const untilNext = 60_000 - (Date.now() % 60_000);
    if (untilNext < 20_000) await new Promise((resolve) => setTimeout(resolve, untilNext + 100));
    const statuses: number[] = [];
    for (let index = 0; index < 10; index += 1) statuses.push((await bookAs("203.0.113.7", index)).status);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 201));
    const refused = await bookAs("203.0.113.7", 10);
    expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    const retryAfter = Number(refused.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get("cache-control")).toBe("no-store");
    expect((await bookAs("203.0.113.8", 11)).status).toBe(201);
  });
});

describe("npm run doctor", () => {
  it("finds no problem in the site that npm start serves", async () => {
    const { stdout } = await run(process.execPath, ["scripts/run.mjs", "doctor", "--url", site]);
    expect(stdout).toContain(`site: ${site} answers for shop ${SHOP}`);
    for (const check of ["cache", "limits", "RATE_LIMITS", "clock", "the function's clock"])
      expect(stdout).toMatch(new RegExp(`^ok +${check}: `, "m"));
    expect(stdout).toMatch(/^note +client: /m);
    expect(stdout).toContain("no problem found");
  });

  it("fails for a shop that does not exist, and says what to do", async () => {
    const asked = run(process.execPath, ["scripts/run.mjs", "doctor", "--url", site, "--shop", "nowhere"]);
    await expect(asked).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Give the id of a shop with --shop.") as string,
    });
  });
});
