import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../../support/wait-for.ts";
import type { RunningSuite } from "../../support/suite.ts";

const run = promisify(execFile);

let suite: RunningSuite;

/** Runs the n-th `curl` line of the ready block exactly as printed, and returns its JSON. */
async function runCurlLine(index: number): Promise<unknown> {
  return JSON.parse(await outputOfCurlLine(index)) as unknown;
}

async function outputOfCurlLine(index: number): Promise<string> {
  const line = suite.block.split("\n").filter((text) => text.trim().startsWith("curl "))[index];
  const { stdout } = await run("sh", ["-c", `${line} --silent --show-error --fail-with-body`]);
  return stdout;
}

interface LegacySlot {
  start: string;
  is_free: boolean;
  mechanic_id: string;
}

interface BookingAnswer {
  booking: { id: string; start: string; mechanic_id: string; status: string };
}

/** Registers the tests of what `npm start` prints and serves. */
export function describeReadyBlock(started: () => RunningSuite): void {
  describe("npm start", () => {
    beforeAll(() => {
      suite = started();
    });

    let booked: BookingAnswer["booking"];

    it("prints no warning", () => {
      expect(suite.output).not.toMatch(/warning/i);
    });

    it("prints a line that shows who is free on a date", async () => {
      const slots = (await runCurlLine(0)) as LegacySlot[];
      expect(slots.length).toBeGreaterThan(0);
      expect(slots.some(({ is_free }) => is_free)).toBe(true);
    });

    it("prints a line that books the slot that the line before it shows as free", async () => {
      const before = (await runCurlLine(1)) as LegacySlot[];
      ({ booking: booked } = (await runCurlLine(2)) as BookingAnswer);
      expect(booked.status).toBe("confirmed");
      const isIt = ({ start, mechanic_id }: LegacySlot): boolean =>
        booked.start.startsWith(start) && mechanic_id === booked.mechanic_id;
      expect(before.find(isIt)).toMatchObject({ is_free: true });
      const after = (await runCurlLine(1)) as LegacySlot[];
      expect(after.find(isIt)?.is_free ?? false).toBe(false);
    });

    it("prints a line that shows a cache hit when it is run again", async () => {
      await outputOfCurlLine(3);
      expect(await outputOfCurlLine(3)).toMatch(/^x-cache: (L1|HIT)\r$/im);
    });

    it("refuses the same slot to a second client", async () => {
      await expect(runCurlLine(2)).rejects.toMatchObject({
        stdout: expect.stringContaining("slot_taken") as string,
      });
    });

    it("serves the landing page, and the API's 404 for an unknown path", async () => {
      const page = await fetch(`${suite.site}/`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("<h1>slotbay</h1>");
      const missing = await fetch(`${suite.site}/no/such/thing`);
      expect(missing.status).toBe(404);
      expect(await missing.json()).toMatchObject({ error: "not_found" });
    });

    it("accepts the tokens that npm run token prints", async () => {
      const { stdout } = await run(process.execPath, ["scripts/run.mjs", "token", "--role", "admin"]);
      const seed = (authorization?: string): Promise<Response> =>
        fetch(`${suite.site}/availability/seed`, {
          method: "POST",
          ...(authorization && { headers: { authorization } }),
        });
      expect((await seed()).status).toBe(401);
      expect((await seed(`Bearer ${stdout.trim()}`)).status).not.toBe(401);
    });

    it("runs the document trigger for a booking written by hand", async () => {
      const shop = suite.db.doc("shops/default");
      const original = (await shop.collection("bookings").doc(booked.id).get()).data() ?? {};
      await shop
        .collection("bookings")
        .doc("written-by-hand")
        .set({ ...original, id: "written-by-hand" });
      const trace = await waitFor(
        async () => {
          const audit = await shop.collection("audit").get();
          const entries = audit.docs.map((document) => JSON.stringify(document.data()));
          return entries.find((entry) => entry.includes("written-by-hand"));
        },
        { what: "a trace of the booking written by hand", timeoutMs: 30_000 },
      );
      expect(trace).toContain("written-by-hand");
    });
  });
}
