import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERRORS } from "../../functions/src/platform/errors.ts";
import { BAD_REQUESTS } from "../support/bad-requests/index.ts";
import type { ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { rawRequest, sendBytes, type RawAnswer, type RawRequest } from "../support/raw-request.ts";
import { startApi } from "../support/servers.ts";
import { seedShop } from "../support/shop.ts";

const project = openProject("bad-input");

interface Target {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** The platform puts a body parser and a router of its own before the function: both sides must hold. */
const TARGETS: readonly [string, () => Promise<Target>][] = [
  [
    "the bare Express app",
    async () => {
      const { url, close } = await startInstance(project);
      return { url, stop: close };
    },
  ],
  ["npm run api in production", () => platform("production")],
  ["npm run api in development", () => platform("development")],
];

let clients = 0;

/** Sends the request as a client of its own: the limits, which are on, are not what these tests are about. */
function send(url: string, request: RawRequest): Promise<RawAnswer> {
  clients += 1;
  const address = `198.18.${clients >> 8}.${clients & 255}`;
  return rawRequest(url, { ...request, headers: { "x-forwarded-for": address, ...request.headers } });
}

function platform(mode: string): Promise<Target> {
  return startApi({
    env: { NODE_ENV: mode, GCLOUD_PROJECT: project.id, RATE_LIMITS: "on" },
  });
}

beforeAll(() => seedShop(project.db, "bad"));

describe.each(TARGETS)("%s", (_name, start) => {
  let target: Target;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.stop());

  it.each(BAD_REQUESTS)("answers $what with $error $fields", async ({ request, error, fields = [] }) => {
    const answer = await send(target.url, request);
    expect([answer.status, answer.text]).toEqual([ERRORS[error].status, answer.text]);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    const body = JSON.parse(answer.text) as ErrorBody;
    expect(body).toMatchObject({ error, message: expect.any(String) as string });
    if (fields.length > 0) {
      expect(body.details?.fields?.map(({ path }) => path).sort()).toEqual([...fields].sort());
      expect(body.details?.fields?.every(({ message }) => message.length > 0)).toBe(true);
    }
    expectNothingGivenAway(answer);
  });

  it("names the methods that a path does take", async () => {
    const { headers } = await rawRequest(target.url, { method: "DELETE", path: "/availability" });
    expect(headers.allow).toBe("GET, OPTIONS");
  });

  it("accepts JSON whatever its content type says", async () => {
    const body = JSON.stringify({
      service_id: "nothing",
      start: "2030-01-15T15:00:00Z",
      customer: { name: "A" },
    });
    for (const type of [
      "text/plain",
      "application/json; charset=utf-8",
      "application/x-www-form-urlencoded",
      "",
    ]) {
      const headers = { "content-type": type };
      const answer = await send(target.url, {
        method: "POST",
        path: "/v1/shops/bad/bookings",
        headers,
        body,
      });
      expect(JSON.parse(answer.text)).toMatchObject({
        error: "not_found",
        message: "There is no such service.",
      });
    }
  });

  it.each([
    ["bytes that are not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    ["a header of 100 kB", `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(100_000)}\r\n\r\n`],
    ["two lengths", "POST /bookings HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"],
    [
      "a length and chunks",
      "POST /bookings HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
    ],
    [
      "chunks that are none",
      "POST /bookings HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ["a URL with a line of its own", "GET /avail\nability HTTP/1.1\r\nhost: x\r\n\r\n"],
  ])("refuses %s and keeps running", async (_what, bytes) => {
    const answer = await sendBytes(target.url, bytes);
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
    expect((await rawRequest(target.url, { path: "/healthz" })).status).toBe(200);
  });

  it("survives a client that hangs up in the middle of its body", async () => {
    const promise = sendBytes(
      target.url,
      "POST /bookings HTTP/1.1\r\nhost: x\r\ncontent-length: 90\r\nconnection: close\r\n\r\n{",
    );
    expect((await rawRequest(target.url, { path: "/healthz" })).status).toBe(200);
    expect(await promise).not.toMatch(/^HTTP\/1\.1 5/);
  });
});

function expectNothingGivenAway({ text, headers }: RawAnswer): void {
  expect(text).not.toMatch(/node_modules|\bat .*\.(ts|js):\d+|<html|<pre|Error:|grpc|firestore/i);
  expect(headers["x-powered-by"]).toBeUndefined();
}
