import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EndpointError } from "../../scripts/compare/endpoint.ts";
import { runCompare, type CompareOptions } from "../../scripts/compare/run-compare.ts";
import { startChild } from "../support/child.ts";
import { NOW } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { MONDAY, TUESDAY } from "../support/shop.ts";
import { openShop, type Shop } from "../lifecycle/support.ts";

const project = openProject("compare");
let shop: Shop;

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The old system: over HTTP, with answers that the specification gives it. */
let answer: (url: URL, request: IncomingMessage) => Answer | null;
const asked: URL[] = [];
let [running, most] = [0, 0];
const old = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://old");
  asked.push(url);
  most = Math.max(most, (running += 1));
  const given = answer(url, request);
  // Null: never answers.
  if (given === null) return;
  setTimeout(() => {
    running -= 1;
    response.writeHead(given.status ?? 200, { "content-type": "application/json", ...given.headers });
    response.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body));
  }, 20);
});
let address: string;

beforeAll(async () => {
  shop = await openShop(project, "compared");
  await new Promise<void>((resolve) => old.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(old.address() as AddressInfo).port}`;
});
afterAll(() => {
  old.closeAllConnections();
  old.close();
});

/** What our own endpoint answers about the date. */
async function ours(date: string): Promise<any[]> {
  return (await shop.client.availability(shop.id, date)).body as any[];
}

function compare(more: Partial<CompareOptions> = {}) {
  asked.length = 0;
  return runCompare({
    old: address,
    new: shop.instance.url,
    kind: "a",
    from: MONDAY,
    to: MONDAY,
    question: { shopId: shop.id, serviceId: null, mechanicId: null, durationMinutes: null },
    names: { tenantId: null, mechanics: {} },
    concurrency: 2,
    patience: { timeoutMs: 2_000, retries: 2, firstDelayMs: 5 },
    now: () => NOW,
    onProgress: () => undefined,
    ...more,
  });
}

describe("an old /availability", () => {
  it("that answers as we do has no difference", async () => {
    const days: Record<string, any[]> = { [MONDAY]: await ours(MONDAY), [TUESDAY]: await ours(TUESDAY) };
    answer = (url) => ({ body: days[url.searchParams.get("date") ?? ""] });
    const compared = await compare({ to: TUESDAY });
    expect(compared.map(({ date, differences }) => [date, differences])).toEqual([
      [MONDAY, []],
      [TUESDAY, []],
    ]);
    expect(compared[0]).toMatchObject({ there: days[MONDAY]!.length, here: days[MONDAY]!.length });
  });

  it("differs by slot, with the reason", async () => {
    const before = await ours(MONDAY);
    await shop.book("10:00", { mechanic_id: "ada" });
    const early = { start: `${MONDAY}T07:00:00`, end: `${MONDAY}T08:00:00`, is_free: true, mechanic_id: 7 };
    answer = () => ({ body: [...before, early, { ...early, mechanic_id: "alan" }] });
    const [day] = await compare({ names: { tenantId: null, mechanics: { 7: "ada" } } });
    expect(day?.differences).toEqual([
      {
        start: `${MONDAY}T07:00:00`,
        end: `${MONDAY}T08:00:00`,
        mechanic_id: "ada",
        difference: "only_there",
        is_free: true,
        reason: "outside_hours",
      },
      expect.objectContaining({ mechanic_id: "alan", difference: "only_there", reason: "unknown_mechanic" }),
      expect.objectContaining({
        start: `${MONDAY}T10:00:00`,
        mechanic_id: "ada",
        difference: "free_there_taken_here",
        reason: "slot_taken",
      }),
    ]);
  });

  it("is asked about the service", async () => {
    answer = () => ({ body: [] });
    const question = { shopId: shop.id, serviceId: "inspection", mechanicId: null, durationMinutes: null };
    const [day] = await compare({ question });
    expect(asked.map(({ search }) => search)).toEqual([`?date=${MONDAY}&service_id=inspection`]);
    expect(day?.differences.length).toBe(day?.here);
    expect(day?.here).toBeGreaterThan(0);
  });
});

describe("an old get-available-slots", () => {
  it("is compared by free slots, in the shop's time", async () => {
    const slots = (await ours(MONDAY))
      .filter(({ is_free }) => is_free)
      .map(({ start, end, mechanic_id }) => ({
        id: "x",
        start_time: new Date(`${start}-05:00`).toISOString(),
        end_time: new Date(`${end}-05:00`).toISOString(),
        duration_minutes: 60,
        staff_id: mechanic_id,
      }));
    const nextDay = { ...slots[0], start_time: `${TUESDAY}T15:00:00Z`, end_time: `${TUESDAY}T16:00:00Z` };
    answer = () => ({ body: { success: true, slots: [...slots, nextDay] } });
    const names = { tenantId: "t-1", mechanics: {} };
    expect((await compare({ kind: "b", names }))[0]?.differences).toEqual([]);
    expect(asked[0]?.search).toBe("?tenant_id=t-1&start_date=2026-01-18&end_date=2026-01-20");
    answer = () => ({ body: { success: true, slots: slots.slice(1) } });
    expect((await compare({ kind: "b", names }))[0]?.differences).toMatchObject([
      { difference: "only_here", is_free: true, mechanic_id: slots[0]?.staff_id },
    ]);
  });
});

describe("an old system that fails", () => {
  it("is asked again after errors that may pass, and no more dates at a time than allowed", async () => {
    const failed = new Set<string>();
    most = 0;
    answer = (url) => {
      if (failed.has(url.search)) return { body: [] };
      failed.add(url.search);
      return { status: failed.size % 2 ? 503 : 429, headers: { "retry-after": "0" }, body: "busy" };
    };
    expect(await compare({ to: "2026-01-26" })).toHaveLength(8);
    expect(asked).toHaveLength(16);
    expect(most).toBe(2);
  });

  it.each([
    ["a refusal", () => ({ status: 400, body: { error: "no" } }), /answered 400 \{"error":"no"\}$/, 1],
    ["an outage", () => ({ status: 500, body: "down" }), /answered 500 down, 3 times$/, 3],
    ["silence", () => null, /did not answer within 100 ms, 3 times$/, 3],
    ["a page", () => ({ body: "<html>" }), /the answer is not JSON: <html>$/, 1],
    ["another form", () => ({ body: [{ start: "x" }] }), /the answer has another form: 0\.end/, 1],
    [
      "a wrong time",
      () => ({ body: [{ start: "x", end: "y", is_free: true, mechanic_id: "m" }] }),
      /no valid time$/,
      1,
    ],
  ])("is named with its address: %s", async (_what, given, message, requests) => {
    answer = given;
    const patience = { timeoutMs: given() === null ? 100 : 2_000, retries: 2, firstDelayMs: 5 };
    const failure = await compare({ patience }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EndpointError);
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).toContain(`${address}/availability?date=${MONDAY}`);
    expect(asked).toHaveLength(requests);
  });
});

describe("the command", () => {
  const run = async (more: readonly string[], ready: RegExp) => {
    const flags = [
      "--old",
      address,
      "--new",
      shop.instance.url,
      "--shop",
      shop.id,
      "--from",
      MONDAY,
      "--to",
      MONDAY,
    ];
    const child = await startChild({ args: ["scripts/run.mjs", "compare", ...flags, ...more], ready });
    return { code: await child.exited, output: child.output() };
  };

  it("exits with 0 where nothing differs, and else with 1 and the slots, also as JSON", async () => {
    const same = await ours(MONDAY);
    answer = () => ({ body: same });
    expect((await run([], /1 dates, \d+ slots there, \d+ here: 0 differ/)).code).toBe(0);
    answer = () => ({ body: same.slice(1) });
    const { code, output } = await run(["--json"], /\n}\n/);
    expect(code).toBe(1);
    expect(JSON.parse(output.slice(output.indexOf("{\n")))).toMatchObject({
      differences: 1,
      days: [{ date: MONDAY, differences: [{ difference: "only_here" }] }],
    });
    answer = () => ({ status: 404, body: "nothing here" });
    expect((await run([], /availability\?date=.*: answered 404 nothing here/)).code).toBe(1);
  }, 120_000);
});
