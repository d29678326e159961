import { beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { rawRequest, type RawAnswer } from "../support/raw-request.ts";
import { CUSTOMER } from "../support/shop.ts";
import { joinSuite } from "../support/suite.ts";

const SHOP = "edge-endpoints";
/** Far enough ahead that today's clock does not matter. */
const DATE = addDays(new Date().toISOString().slice(0, 10), 5);
const V1 = `/v1/shops/${SHOP}`;

let site: string;

beforeAll(async () => {
  const suite = await joinSuite();
  ({ site } = suite);
  await suite.seedShop(SHOP);
});

async function call(method: string, path: string, body?: object, headers = {}) {
  const answer = await rawRequest(site, {
    method,
    path,
    headers: { ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { ...answer, body: answer.text ? (JSON.parse(answer.text) as Record<string, unknown>) : {} };
}

/** The headers that every answer of the API has, whatever Hosting adds. */
function expectApiHeaders({ headers }: Pick<RawAnswer, "headers">): void {
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(headers["x-content-type-options"]).toBe("nosniff");
}

describe("every public endpoint through Hosting", () => {
  it.each([
    ["GET", "/healthz", { status: "ok" }],
    ["GET", `/availability?shop_id=${SHOP}&date=${DATE}`, expect.any(Array)],
    ["GET", `/availability?shop_id=${SHOP}&from_date=${DATE}&to_date=${DATE}`, { from_date: DATE }],
    ["GET", V1, { id: SHOP }],
    ["GET", `${V1}/services`, { services: expect.any(Array) as object }],
    ["GET", `${V1}/mechanics`, { mechanics: expect.any(Array) as object }],
    ["GET", `${V1}/slots?from=${DATE}&to=${DATE}&service_id=inspection`, { shop_id: SHOP }],
    ["GET", `${V1}/slots?from=${DATE}&view=first`, { shop_id: SHOP, slot: expect.any(Object) as object }],
  ])("answers %s %s", async (method, path, body) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(200);
    expectApiHeaders(answer);
    if (Array.isArray(answer.body)) expect(answer.body.length).toBeGreaterThan(0);
    else expect(answer.body).toMatchObject(body);
  });

  it("answers the whole life of a booking that began as a hold", async () => {
    const { body } = await call("GET", `${V1}/slots?from=${DATE}&to=${DATE}&service_id=inspection&limit=2`);
    const [slot, later] = body["slots"] as { id: string; start: string; mechanic_id: string }[];
    const session = { session_id: "edge-endpoints-session" };
    const hold = await call("POST", `${V1}/holds`, { slot_id: slot?.id, ...session });
    expect(hold.status).toBe(201);
    const request = { hold_id: hold.body["hold_id"], customer: CUSTOMER, ...session };
    const key = { "idempotency-key": "edge-endpoints-0000000001" };
    const made = await call("POST", `${V1}/bookings`, request, key);
    expect(made.status).toBe(201);
    const again = await call("POST", `${V1}/bookings`, request, key);
    expect([again.status, again.body["booking"]]).toEqual([200, made.body["booking"]]);

    const token = { "x-manage-token": made.body["manage_token"] };
    const booking = `${V1}/bookings/${(made.body["booking"] as { id: string }).id}`;
    const shown = await call("GET", booking, undefined, token);
    expect(shown.body).toEqual({ booking: made.body["booking"] });
    const etag = shown.headers.etag ?? "";
    expect((await call("GET", booking, undefined, { ...token, "if-none-match": etag })).status).toBe(304);
    const move = { start: later?.start, mechanic_id: later?.mechanic_id };
    const moved = await call("PATCH", booking, move, { ...token, "if-match": etag });
    expect(moved.body).toMatchObject({ booking: { start: later?.start } });
    expect((await call("DELETE", booking, undefined, { ...token, "if-match": etag })).status).toBe(412);
    const cancelled = await call("DELETE", booking, undefined, token);
    expect(cancelled.body).toMatchObject({ booking: { status: "cancelled_by_customer" } });
  });

  it("releases a hold and answers without a body", async () => {
    const free = await call("GET", `${V1}/slots?from=${DATE}&to=${DATE}&service_id=inspection&limit=1`);
    const [slot] = free.body["slots"] as { id: string }[];
    const session = { "x-session-id": "edge-release-session" };
    const hold = await call("POST", `${V1}/holds`, { slot_id: slot?.id }, session);
    const released = await call("DELETE", `${V1}/holds/${String(hold.body["hold_id"])}`, undefined, session);
    expect([released.status, released.text]).toEqual([204, ""]);
  });

  it.each([
    ["POST", "/bookings", 422, "invalid_request"],
    ["POST", "/availability/seed", 401, "unauthenticated"],
    ["POST", `${V1}/availability:recalculate`, 401, "unauthenticated"],
    ["GET", `${V1}/bookings`, 401, "unauthenticated"],
    ["GET", `${V1}/bookings/unknown`, 401, "unauthenticated"],
    ["POST", `${V1}/bookings/unknown/complete`, 401, "unauthenticated"],
    ["POST", `${V1}/bookings/unknown/no_show`, 401, "unauthenticated"],
    ["DELETE", `${V1}/holds/unknown`, 422, "invalid_request"],
    ["GET", "/v1/shops/edge-no-such-shop", 404, "not_found"],
  ])("refuses %s %s without what it needs: %i %s", async (method, path, status, error) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(status);
    expectApiHeaders(answer);
    expect(answer.body).toMatchObject({ error, message: expect.any(String) as string });
  });
});
