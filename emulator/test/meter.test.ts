import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EmulatorClient } from "../src/index.ts";
import { freshProjects, sleep } from "./support/fresh.ts";
import { n } from "./support/raw-client.ts";

const fresh = freshProjects();
let meter: EmulatorClient;

beforeEach(() => {
  meter = new EmulatorClient(fresh.emulator.address, fresh.projectId);
});

describe("the meter", () => {
  it("counts a read for every requested document, missing ones too", async () => {
    await fresh.client.commit([{ set: "c/a" }]);
    await meter.resetUsage();
    await fresh.client.read(["c/a", "c/missing"]);
    await fresh.client.get("c/missing");
    expect(await meter.usage()).toEqual({
      reads: 3,
      writes: 0,
      deletes: 0,
      by_method: {
        BatchGetDocuments: { calls: 1, reads: 2, writes: 0, deletes: 0 },
        GetDocument: { calls: 1, reads: 1, writes: 0, deletes: 0 },
      },
    });
  });

  it("counts writes and deletes, and a verify as a read", async () => {
    const exists = { currentDocument: { exists: true } };
    await fresh.client.commit([{ set: "c/a" }, { set: "c/b" }]);
    await fresh.client.commit([{ remove: "c/b" }, { remove: "c/none" }, { verify: "c/a", ...exists }]);
    expect(await meter.usage()).toMatchObject({ reads: 1, writes: 2, deletes: 2 });
  });

  it("counts only the call for a commit that fails", async () => {
    await fresh.client.commit([{ set: "c/a", currentDocument: { exists: true } }]);
    expect(await meter.usage()).toMatchObject({ writes: 0, by_method: { Commit: { calls: 1 } } });
  });

  it("counts the results of a query and the skipped documents, and at least one read", async () => {
    await fresh.client.commit([{ set: "c/a" }, { set: "c/b" }, { set: "c/c" }]);
    await fresh.client.query("none");
    await fresh.client.call("RunQuery", {
      parent: fresh.client.name(""),
      structuredQuery: { from: [{ collectionId: "c" }], offset: 1 },
    });
    expect((await meter.usage()).by_method["RunQuery"]).toMatchObject({ calls: 2, reads: 1 + 3 });
  });

  it("counts one read for every thousand documents an aggregation scans", async () => {
    const count = () =>
      fresh.client.call("RunAggregationQuery", {
        parent: fresh.client.name(""),
        structuredAggregationQuery: {
          structuredQuery: { from: [{ collectionId: "c" }] },
          aggregations: [{ alias: "count", count: {} }],
        },
      });
    await count();
    for (let start = 0; start < 1_001; start += 500) {
      const length = Math.min(500, 1_001 - start);
      await fresh.client.commit(Array.from({ length }, (_, i) => ({ set: `c/${start + i}` })));
    }
    await count();
    expect((await meter.usage()).by_method["RunAggregationQuery"]).toMatchObject({ calls: 2, reads: 1 + 2 });
  });

  it("is separate for each project", async () => {
    await fresh.client.commit([{ set: "c/a" }]);
    const other = new EmulatorClient(fresh.emulator.address, "somebody-else");
    expect((await other.usage()).writes).toBe(0);
  });
});

describe("a fault", () => {
  afterEach(() => meter.clearFaults());

  it.each([["ABORTED"], ["UNAVAILABLE"], ["DEADLINE_EXCEEDED"]] as const)(
    "with %s fails the call before it has an effect",
    async (effect) => {
      await meter.setFaults({ seed: 1, faults: [{ method: "Commit", probability: 1, effect }] });
      expect((await fresh.client.commit([{ set: "c/a" }])).status).toBe(effect);
      expect((await fresh.client.get("c/a")).status).toBe("NOT_FOUND");
    },
  );

  it("with LOSE_ANSWER commits and reports an error", async () => {
    await meter.setFaults({ seed: 1, faults: [{ method: "Commit", probability: 1, effect: "LOSE_ANSWER" }] });
    expect((await fresh.client.commit([{ set: "c/a" }])).status).toBe("UNAVAILABLE");
    expect((await fresh.client.get("c/a")).status).toBe("OK");
  });

  it("with LATENCY delays a request", async () => {
    const latency = { method: "GetDocument", probability: 1, effect: "LATENCY", latency_ms: 120 } as const;
    await meter.setFaults({ seed: 1, faults: [latency] });
    expect((await fresh.client.get("c/a")).millis).toBeGreaterThan(110);
  });

  it("with DROP_CONNECTION closes the connection; the next request opens a new one", async () => {
    await meter.setFaults({ seed: 1, faults: [{ method: "*", probability: 1, effect: "DROP_CONNECTION" }] });
    expect(["UNAVAILABLE", "INTERNAL", "CANCELLED", "UNKNOWN"]).toContain(
      (await fresh.client.get("c/a")).status,
    );
    await meter.clearFaults();
    await sleep(50);
    const later = await fresh.client.call("GetDocument", { name: fresh.client.name("c/a") });
    expect(["NOT_FOUND", "UNAVAILABLE"]).toContain(later.status);
  });

  it("affects calls with the given probability, the same calls for the same seed", async () => {
    const run = async () => {
      const fault = { method: "Commit", probability: 0.5, effect: "ABORTED" } as const;
      await meter.setFaults({ seed: 7, faults: [fault] });
      const statuses: string[] = [];
      for (let i = 0; i < 40; i++)
        statuses.push((await fresh.client.commit([{ set: "c/a", fields: n(i) }])).status);
      return statuses;
    };
    const first = await run();
    const aborted = first.filter((status) => status === "ABORTED").length;
    expect(aborted).toBeGreaterThan(8);
    expect(aborted).toBeLessThan(32);
    expect(await run()).toEqual(first);
  });
});
