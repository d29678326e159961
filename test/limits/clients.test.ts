import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { seedShop } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { countStatuses, send, sentFrom } from "./support.ts";

const project = openProject("limits-clients");
const start = instanceStarter(project);

const SHOP = "limited";
/** Google's front end as Hosting's requests come from it, and an address of Fastly's. */
const [GOOGLE, FASTLY] = ["66.249.84.7", "151.101.1.195"];

let instance: Instance;

beforeAll(() => seedShop(project.db, SHOP));
beforeEach(async () => {
  instance = await start({ config: { rateLimits: true } });
});

const read = (headers: object, method = "GET", path = "/no/such/thing") =>
  send(instance.url, { method, path, headers: { ...headers } });

/** Uses up the reads of the client with these headers. */
async function useUp(headers: object): Promise<void> {
  expect(await countStatuses(101, () => read(headers))).toEqual({ 404: 100, 429: 1 });
}

describe("reads", () => {
  it("are limited to 100 a minute, HEAD included, and the answer says when to come back", async () => {
    const ask = (index: number) => read(sentFrom("203.0.113.1"), index % 2 ? "HEAD" : "GET");
    expect(await countStatuses(100, ask)).toEqual({ 404: 100 });
    expect((await read(sentFrom("203.0.113.1"), "HEAD")).status).toBe(429);
    const refused = await read(sentFrom("203.0.113.1"));
    expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    expect(Number(refused.retryAfter)).toBe(refused.body.details?.retry_after_seconds);
    expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1);
  });

  it("share their limit with other methods to paths that take no such thing", async () => {
    await useUp(sentFrom("203.0.113.2"));
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"]) {
      expect((await read(sentFrom("203.0.113.2"), method, "/availability")).status).toBe(429);
    }
  });

  it("of the health check and preflights are not limited", async () => {
    await useUp(sentFrom("203.0.113.3"));
    expect((await read(sentFrom("203.0.113.3"), "GET", "/healthz")).status).toBe(200);
    const preflight = { ...sentFrom("203.0.113.3"), origin: "https://a.example" };
    expect((await read(preflight, "OPTIONS")).status).toBe(204);
  });

  it("of the shop's staff are not subject to the customers' limit", async () => {
    const path = `/v1/shops/${SHOP}`;
    const ask = (headers: object) => () => read({ ...sentFrom("203.0.113.4"), ...headers }, "GET", path);
    const mechanic = signedIn("ada", { role: "mechanic", shopId: SHOP, mechanicId: "ada" });
    expect(await countStatuses(120, ask(mechanic))).toEqual({ 200: 120 });
    expect(await countStatuses(2, ask({}))).toEqual({ 429: 2 });
    const foreign = signedIn("eve", { role: "mechanic", shopId: "elsewhere", mechanicId: "eve" });
    expect(await countStatuses(2, ask(foreign))).toEqual({ 429: 2 });
  });
});

describe("a client who calls the function's own address", () => {
  const CLIENT = "203.0.113.5";
  const FORGERIES: readonly [string, Record<string, string>][] = [
    ["X-Forwarded-For", { "x-forwarded-for": "198.51.100.9" }],
    ["a chain of proxies", { "x-forwarded-for": `198.51.100.9, ${GOOGLE}, 127.0.0.1` }],
    ["Fastly-Client-IP", { "fastly-client-ip": "198.51.100.9" }],
    ["X-Real-IP", { "x-real-ip": "198.51.100.9" }],
    ["Forwarded", { forwarded: "for=198.51.100.9" }],
    ["CF-Connecting-IP", { "cf-connecting-ip": "198.51.100.9" }],
    ["X-FAH-Client-IP", { "x-fah-client-ip": "198.51.100.9" }],
  ];

  it("cannot choose its key by any header", async () => {
    await useUp(sentFrom(CLIENT));
    for (const [name, forged] of FORGERIES) {
      expect([name, (await read(sentFrom(CLIENT, forged))).status]).toEqual([name, 429]);
    }
  });

  it("cannot use up another client's limit", async () => {
    const forged = { "x-forwarded-for": "198.51.100.10", "fastly-client-ip": "198.51.100.10" };
    await useUp(sentFrom("203.0.113.6", forged));
    expect((await read(sentFrom("198.51.100.10"))).status).toBe(404);
  });

  it("is known by its connection where no proxy is trusted", async () => {
    instance = await start({ config: { rateLimits: true, trustedProxies: "" } });
    await useUp({});
    expect((await read({ "x-forwarded-for": "198.51.100.11" })).status).toBe(429);
  });
});

describe("a client behind Hosting", () => {
  const behind = (address: string, ...proxies: string[]) => ({
    "x-forwarded-for": [address, ...proxies].join(", "),
    "fastly-client-ip": address,
  });

  it("has a limit of its own", async () => {
    await useUp(behind("203.0.113.7", GOOGLE));
    expect((await read(behind("203.0.113.8", GOOGLE))).status).toBe(404);
    expect((await read(behind("203.0.113.7", "66.249.84.12"))).status).toBe(429);
  });

  it("is found left of Fastly's addresses where these are trusted", async () => {
    await useUp(behind("203.0.113.7", FASTLY, GOOGLE));
    expect((await read(behind("203.0.113.8", FASTLY, GOOGLE))).status).toBe(429);
    instance = await start({ config: { rateLimits: true, trustedProxies: "loopback, google, fastly" } });
    await useUp(behind("203.0.113.7", FASTLY, GOOGLE));
    expect((await read(behind("203.0.113.8", FASTLY, GOOGLE))).status).toBe(404);
  });
});

describe("an IPv6 client", () => {
  it("is counted by its /64 network", async () => {
    await useUp(sentFrom("2001:db8:0:1::1"));
    expect((await read(sentFrom("2001:db8:0:1:ffff:ffff:ffff:ffff"))).status).toBe(429);
    expect((await read(sentFrom("2001:db8:0:2::1"))).status).toBe(404);
  });

  it("with a mapped IPv4 address is the IPv4 client", async () => {
    await useUp(sentFrom("::ffff:203.0.113.9"));
    expect((await read(sentFrom("203.0.113.9"))).status).toBe(429);
  });
});
