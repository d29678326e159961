import { beforeAll, describe, expect, it } from "vitest";
import { rawRequest, sendBytes } from "../support/raw-request.ts";
import { joinSuite } from "../support/suite.ts";

const SHOP = "edge-http";
const V1 = `/v1/shops/${SHOP}`;
const ORIGIN = { origin: "https://elsewhere.example" };

let site: string;

beforeAll(async () => {
  const suite = await joinSuite();
  ({ site } = suite);
  await suite.seedShop(SHOP);
});

const answerTo = (path: string, method = "GET", headers = {}) => rawRequest(site, { method, path, headers });

describe("methods through Hosting", () => {
  it.each(["/healthz", V1, `${V1}/services`, `${V1}/slots?from=2030-01-15&to=2030-01-15`])(
    "answers HEAD %s like GET, without a body",
    async (path) => {
      const [head, get] = [await answerTo(path, "HEAD"), await answerTo(path)];
      expect([head.status, head.text]).toEqual([get.status, ""]);
      expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
    },
  );

  it("names the methods that a path takes", async () => {
    const { status, headers } = await answerTo(`${V1}/holds`, "DELETE");
    expect([status, headers.allow]).toEqual([405, "POST, OPTIONS"]);
  });

  it("ignores a method override", async () => {
    const { status } = await answerTo(`${V1}/holds`, "GET", { "x-http-method-override": "POST" });
    expect(status).toBe(405);
  });
});

/** Hosting answers with the origin of the request where the function says `*`. */
const ANY_ORIGIN = expect.stringMatching(/^(\*|https:\/\/elsewhere\.example)$/) as string;

describe("pages of other origins", () => {
  it("may ask for permission in advance", async () => {
    const { status, headers } = await answerTo(`${V1}/bookings`, "OPTIONS", {
      ...ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,idempotency-key",
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": ANY_ORIGIN,
      "access-control-allow-headers": "content-type,idempotency-key",
    });
    expect(headers["access-control-allow-methods"]).toContain("POST");
  });

  it.each([V1, "/v1/shops/edge-no-such-shop"])("may read the answer of %s, without cookies", async (path) => {
    const { headers } = await answerTo(path, "GET", ORIGIN);
    expect(headers["access-control-allow-origin"]).toEqual(ANY_ORIGIN);
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers["access-control-expose-headers"]).toContain("Retry-After");
    expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
  });
});

describe("paths through Hosting", () => {
  it.each([
    ["an unknown path", "/no/such/thing", 404, "not_found"],
    ["dots", "/v1/shops/../../etc/passwd", 404, "not_found"],
    ["an id with an encoded slash", `/v1/shops/a%2Fb`, 422, "invalid_request"],
    ["an id with an encoded NUL", `/v1/shops/a%00b`, 422, "invalid_request"],
    ["an id in another script", `/v1/shops/%E5%BA%97`, 422, "invalid_request"],
    ["doubled encoding", `/v1/shops/%2565dge-http`, 422, "invalid_request"],
    ["a reserved id", "/v1/shops/__proto__", 422, "invalid_request"],
    ["a prototype's name", "/v1/shops/constructor", 404, "not_found"],
    // The Hosting emulator looks for a file of that name first: longer names are an error of the file system.
    ["a path of 2 kB", `/${"x/".repeat(1024)}`, 404, "not_found"],
    ["an id of 200 characters", `/v1/shops/${"x".repeat(200)}`, 422, "invalid_request"],
    ["a query of 4 kB", `${V1}?q=${"x".repeat(4096)}`, 422, "invalid_request"],
    ["a repeated parameter", `${V1}/slots?from=2030-01-15&from=2030-01-16`, 422, "invalid_request"],
    ["a parameter in brackets", `${V1}/slots?from[$gt]=2030-01-15`, 422, "invalid_request"],
    ["an undecodable parameter", `${V1}/slots?from=%ZZ&to=%E0%A4`, 422, "invalid_request"],
  ])("answers %s with an error of the API", async (_what, path, status, error) => {
    const answer = await answerTo(path);
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      status,
      "application/json; charset=utf-8",
    ]);
    expect(JSON.parse(answer.text)).toMatchObject({ error, message: expect.any(String) as string });
  });

  it("takes an id that needs no encoding in encoded form too", async () => {
    const answer = await answerTo(`/v1/shops/%65dge-http`);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, { id: SHOP }]);
  });
});

describe("headers through Hosting", () => {
  it("compresses a long answer for a client that asks for it", async () => {
    const path = `${V1}/slots?from=2030-01-15&to=2030-01-20`;
    const plain = await rawRequest(site, { path });
    const response = await fetch(`${site}${path}`, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.text()).toBe(plain.text);
  });

  it.each([
    ["addresses that make no sense", { "x-forwarded-for": "::::, 999.1", forwarded: "for=;;;" }],
    [
      "conditions that make no sense",
      { "if-none-match": '"\\', "if-modified-since": "yesterday", range: "bytes=9-1" },
    ],
    ["traces that make no sense", { traceparent: "garbage", "x-cloud-trace-context": "garbage/;o=x" }],
    ["an origin of null and broken cookies", { origin: "null", cookie: "__proto__=1; =; ;;" }],
    ["12 kB of headers", { "x-filler": "y".repeat(12_000) }],
  ])("answers a request with %s", async (_what, headers) => {
    const answer = await answerTo(V1, "GET", headers);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, { id: SHOP }]);
  });

  it("refuses a token of 8 kB as any other", async () => {
    const answer = await answerTo(`${V1}/bookings`, "GET", { authorization: `Bearer ${"a".repeat(8192)}` });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([401, { error: "unauthenticated" }]);
  });

  it("refuses headers of 100 kB and keeps running", async () => {
    const bytes = `GET ${V1} HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(100_000)}\r\n\r\n`;
    expect(await sendBytes(site, bytes)).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
    expect((await answerTo("/healthz")).status).toBe(200);
  });

  it("lets no header of a request into the answer", async () => {
    const injected = { "x-session-id": "abc%0d%0aset-cookie:%20a=b", "idempotency-key": "k%0d%0ax-evil: 1" };
    const { headers } = await answerTo(`${V1}/holds/some`, "DELETE", injected);
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["x-evil"]).toBeUndefined();
  });
});
