import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Answer, BookingBody, ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, seedShop } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

const project = openProject("unknown-outcome");
const { db, emulator } = project;
let hasty: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  hasty = await startInstance(project, { config: { bookingDeadlineSeconds: 1 } });
});
beforeEach(async () => {
  shopId = `unknown-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterEach(() => emulator.clearFaults());
afterAll(() => hasty.close());

const slot = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "10:00") };
const KEY = { "idempotency-key": "of-an-unknown-outcome" };

/** No commit is answered. */
const loseCommits = () =>
  emulator.setFaults({ seed: 7, faults: [{ method: "Commit", probability: 1, effect: "UNAVAILABLE" }] });

function expectUnknown(answer: Answer<ErrorBody>, next: RegExp): void {
  expect(answer).toMatchObject({
    status: 503,
    body: {
      error: "unavailable",
      details: { outcome: "unknown", next: expect.stringMatching(next) as string },
    },
  });
  expect(answer.body.message).toMatch(/outcome is unknown/);
  expect(answer.body.message).toMatch(next);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
}

it.each([
  ["with an Idempotency-Key, to repeat the request", KEY, /same Idempotency-Key/],
  ["without one, to a guest, to look first", {}, /Ask whether the slot is still free/],
  ["without one, to a customer, to list bookings", signedIn("mei"), /List your bookings/],
])("tells the client of a booking %s", async (_what, headers, next) => {
  await loseCommits();
  expectUnknown(await hasty.client.book(shopId, { ...slot, customer: CUSTOMER }, headers), next);
});

it("tells the session of a hold, of its booking and of its release, to repeat the request", async () => {
  const holds = `/v1/shops/${shopId}/holds`;
  const session = { ...slot, session_id: "mine" };
  const { body } = await hasty.client.post<{ hold_id: string }>(holds, session);
  await loseCommits();
  expectUnknown(await hasty.client.post(holds, session), /same session/);
  const using = { hold_id: body.hold_id, session_id: "mine", customer: CUSTOMER };
  expectUnknown(await hasty.client.book(shopId, using), /same hold_id and session/);
  const released = await hasty.client.request<ErrorBody>("DELETE", `${holds}/${body.hold_id}`, {
    headers: { "x-session-id": "mine" },
  });
  expectUnknown(released, /404 not_found/);
});

it("tells the client of a change to read the booking or to repeat the request", async () => {
  const { body } = await hasty.client.book(shopId, { ...slot, customer: CUSTOMER });
  await loseCommits();
  const path = `/v1/shops/${shopId}/bookings/${body.booking.id}`;
  const headers = { "x-manage-token": body.manage_token ?? "" };
  const cancelled = await hasty.client.request<BookingBody & ErrorBody>("DELETE", path, { headers });
  expectUnknown(cancelled, /GET the booking/);
  await emulator.clearFaults();
  const again = await hasty.client.request<BookingBody>("DELETE", path, { headers });
  expect(again).toMatchObject({ status: 200, body: { booking: { status: "cancelled_by_customer" } } });
});
