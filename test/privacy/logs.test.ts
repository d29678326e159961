import { Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { millis, toMinutes } from "../../functions/src/engine/units.ts";
import { dateOf, formatWithOffset, wallToMinute } from "../../functions/src/engine/zone.ts";
import { startChild, type Child } from "../support/child.ts";
import type { BookingBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { rawRequest, type RawAnswer, type RawRequest } from "../support/raw-request.ts";
import { startApi, type ApiProcess } from "../support/servers.ts";
import { seedShop, ZONE } from "../support/shop.ts";
import * as secret from "./secrets.ts";

const project = openProject("logs");
const { db } = project;
const SHOP = "/v1/shops/quiet";
const DATE = addDays(dateOf(ZONE, toMinutes(millis(Date.now()))), 3);
const env = { GCLOUD_PROJECT: project.id, FIRESTORE_EMULATOR_HOST: inject("firestoreEmulatorHost") };

let api: ApiProcess;
let streams: ApiProcess;
const children: Child[] = [];
/** Secrets that the servers made. */
const made: string[] = [];
const statuses = new Map<number, number>();

beforeAll(async () => {
  await seedShop(db, "quiet");
  [api, streams] = await Promise.all([
    startApi({ env: { ...env, RATE_LIMITS: "on", BOOKING_DEADLINE_SECONDS: "6" } }),
    startApi({ name: "streams", env: { ...env, RATE_LIMITS: "on" } }),
  ]);
  children.push(api, streams);
});
afterAll(() => Promise.all(children.map((child) => child.stop())));

const at = (hour: number) => formatWithOffset(ZONE, wallToMinute(ZONE, DATE, hour * 60));
const slot = (hour: number) => ({ service_id: "inspection", mechanic_id: "ada", start: at(hour) });
/** For a client whose limits are not used up by the requests before. */
const ANOTHER_ADDRESS = "203.0.113.177";
const JSON_TYPE = { "content-type": "application/json" };

async function send(
  method: string,
  path: string,
  { body, headers = {}, address = secret.ADDRESS, to = api }: Sent = {},
) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const length = text === undefined ? {} : { "content-length": Buffer.byteLength(text) };
  const forwarded = { "x-forwarded-for": address, "user-agent": secret.NAME };
  const request: RawRequest = {
    method,
    path,
    headers: { ...JSON_TYPE, ...length, ...forwarded, ...headers },
    ...(text !== undefined && { body: text }),
  };
  const answer = await rawRequest(to.url, request);
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  return answer;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly to?: ApiProcess;
}

const bodyOf = <T>({ text }: RawAnswer) => JSON.parse(text) as T;
const expectStatus = async (sent: Promise<RawAnswer>, status: number) => {
  const answer = await sent;
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
  return answer;
};

/** An unsigned token of an admin, as the Auth emulator issues it for this project. */
function adminToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: project.id,
    sub: "boss",
    exp: now + 600,
    auth_time: now,
    role: "admin",
    shop_id: "quiet",
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none" })}.${part({ ...claims, email: secret.EMAIL })}.`;
  made.push(token);
  return token;
}

/** Books, holds, moves and cancels; returns a manage token. */
async function everydayRequests(): Promise<string> {
  const order = { ...slot(9), customer: secret.CUSTOMER, notes: secret.NOTES };
  const headers = { "idempotency-key": secret.KEY };
  const booked = await expectStatus(send("POST", `${SHOP}/bookings`, { body: order, headers }), 201);
  await expectStatus(send("POST", `${SHOP}/bookings`, { body: order, headers }), 200);
  await expectStatus(send("POST", `${SHOP}/bookings`, { body: order }), 409);
  const { booking, manage_token = "" } = bodyOf<BookingBody>(booked);
  made.push(manage_token);
  const path = `${SHOP}/bookings/${booking.id}`;
  const guest = { "x-manage-token": manage_token };
  const body = { reason: secret.REASON };
  await expectStatus(send("GET", path, { headers: guest, address: secret.ADDRESS_6 }), 200);
  await expectStatus(send("PATCH", path, { body: { start: at(10), ...body }, headers: guest }), 200);
  await expectStatus(send("DELETE", path, { body, headers: guest }), 200);
  const session = { "x-session-id": secret.SESSION };
  const held = await expectStatus(send("POST", `${SHOP}/holds`, { body: slot(11), headers: session }), 201);
  const hold = `${SHOP}/holds/${bodyOf<{ hold_id: string }>(held).hold_id}`;
  await expectStatus(send("DELETE", hold, { headers: { "x-session-id": secret.OTHER_SESSION } }), 403);
  await expectStatus(send("DELETE", `${hold}?session_id=${secret.SESSION}`), 422);
  await expectStatus(send("DELETE", hold, { body: { session_id: secret.SESSION } }), 204);
  return manage_token;
}

/** Puts personal data and credentials where they do not belong. */
async function misplacedSecrets(manageToken: string): Promise<void> {
  const email = encodeURIComponent(secret.EMAIL);
  const name = encodeURIComponent(secret.NAME);
  for (const path of [
    `/customers/${email}`,
    `/v1/shops/${email}/slots?from=${DATE}&to=${DATE}`,
    `${SHOP}/bookings/${manageToken}`,
    `${SHOP}/bookings/${name}?manage_token=${manageToken}`,
    `${SHOP}/holds/${secret.SESSION}`,
    `/availability?date=${DATE}&service_id=${email}&${name}=${name}`,
    `${SHOP}/slots?from=${DATE}&to=${DATE}&time_zone=${name}&page_token=${manageToken}`,
    `/%ZZ/${secret.EMAIL}`,
  ]) {
    for (const method of ["GET", "DELETE", "TRACE"]) await send(method, path);
    await send("GET", path, { to: streams });
  }
  const authorizations = [`Bearer ${secret.BEARER}`, `Basic ${secret.BEARER}`, secret.EMAIL];
  for (const authorization of authorizations) {
    await expectStatus(send("GET", `${SHOP}/bookings`, { headers: { authorization } }), 401);
  }
  for (const body of [
    `{"customer":"${secret.EMAIL}`,
    { ...slot(12), customer: { ...secret.CUSTOMER, email: secret.NAME, phone: secret.NOTES } },
    { ...slot(12), customer: secret.CUSTOMER, [secret.EMAIL]: secret.PHONE },
    { ...slot(12), customer: secret.CUSTOMER, notes: secret.NOTES.repeat(5_000) },
    [secret.EMAIL],
  ]) {
    await send("POST", `${SHOP}/bookings`, { body, address: ANOTHER_ADDRESS });
  }
  const encoded = { "content-encoding": "gzip" };
  await send("POST", "/bookings", { body: secret.EMAIL, headers: encoded, address: ANOTHER_ADDRESS });
  const stream = `${SHOP}/slots/stream?date=${DATE}&service_id=${email}`;
  await send("GET", stream, { to: streams, headers: { "last-event-id": secret.SESSION } });
}

/** Damages documents so that their readers fail, with personal data in the damaged fields. */
async function corruptDocuments(): Promise<void> {
  const shop = db.doc("shops/quiet");
  const past = Timestamp.fromMillis(Date.now() - 60_000);
  const batch = db.batch();
  batch.set(shop.collection("bookings").doc("damaged"), {
    ...{ mechanic_id: "ada", service_id: secret.EMAIL, start: past, end: past, status: secret.REASON },
    ...{ customer: { name: [secret.NAME], email: { a: secret.EMAIL }, phone: 7 }, notes: [secret.NOTES] },
  });
  const hold = { session_hash: [secret.SESSION], mechanic_id: secret.EMAIL, expires_at: past };
  batch.set(shop.collection("holds").doc("damaged"), hold);
  batch.set(shop.collection("notifications").doc("damaged"), {
    ...{ kind: "booking_confirmed", booking_id: "damaged", status: "pending", created_at: past },
    payload: { customer: secret.EMAIL, service_id: secret.NAME, language: secret.PHONE },
  });
  batch.set(shop.collection("exceptions").doc("damaged"), {
    ...{ mechanic_id: "ada", from_date: DATE, to_date: DATE, effect: secret.REASON, reason: secret.NAME },
    ...{ start_time: secret.EMAIL, end_time: null, rrule: null },
  });
  batch.set(shop.collection("services").doc("damaged"), {
    name: secret.NAME,
    durations_minutes: secret.PHONE,
  });
  batch.set(shop.collection("mechanics").doc("damaged"), {
    ...{ name: [secret.NAME], active: true, weekly_schedule: { monday: secret.EMAIL } },
  });
  batch.set(db.doc(`shops/quiet/ledger/grace_${DATE}`), { entries: [{ kind: "booking", id: secret.EMAIL }] });
  batch.set(db.doc("shops/broken"), { name: secret.NAME, time_zone: secret.EMAIL });
  await batch.commit();
}

/** A booking that fails because Firestore is not there. */
async function failingCommit(): Promise<void> {
  await project.emulator.setFaults({
    seed: 1,
    faults: [{ method: "Commit", probability: 1, effect: "UNAVAILABLE" }],
  });
  const order = { ...slot(15), customer: secret.CUSTOMER, notes: secret.NOTES };
  const address = ANOTHER_ADDRESS;
  await expectStatus(send("POST", `${SHOP}/bookings`, { body: order, address }), 503).finally(() =>
    project.emulator.clearFaults(),
  );
}

/** Requests that fail because a document is corrupt, or because a limit is used up. */
async function failingRequests(): Promise<void> {
  const admin = { authorization: `Bearer ${adminToken()}` };
  await expectStatus(send("GET", `${SHOP}/bookings`, { headers: admin }), 200);
  await send("GET", `${SHOP}/bookings/damaged`, { headers: admin });
  const hold = { hold_id: "damaged", session_id: secret.SESSION };
  await expectStatus(
    send("POST", `${SHOP}/bookings`, { body: { ...hold, customer: secret.CUSTOMER }, headers: admin }),
    404,
  );
  await send("DELETE", `${SHOP}/holds/damaged`, { body: { session_id: secret.SESSION } });
  await send("GET", `/availability?date=${DATE}&shop_id=broken`);
  await send("GET", `/availability?date=${DATE}&shop_id=quiet`);
  for (let sent = 0; sent < 12; sent += 1) {
    await send("POST", `${SHOP}/holds`, { body: { ...slot(16), session_id: secret.SESSION } });
  }
}

describe("the logs of the functions", () => {
  it("contain no name, address, session, token or full client address, whatever fails", async () => {
    const manageToken = await everydayRequests();
    await misplacedSecrets(manageToken);
    await failingCommit();
    await corruptDocuments();
    await failingRequests();
    const background = await startChild({
      args: ["--import", "tsx", "test/privacy/background-work.ts"],
      ready: /background work done/,
      env,
      timeoutMs: 60_000,
    });
    children.push(background);
    const lines = [api, streams, background].flatMap((child) => child.output().split("\n"));
    // Every path that logs has been taken, but for "request failed": no request is known that gets there.
    expect(new Set(lines.map(messageOf))).toEqual(
      new Set([
        undefined,
        "a request was not counted towards its limit",
        "the bookings of a contact were not counted",
        "request",
        "malformed document",
        "notification failed",
        "corrupt booking",
        "holds swept",
        "warm-up",
        "warm-up done",
      ]),
    );
    for (const status of [200, 201, 204, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503]) {
      expect([...statuses.keys()]).toContain(status);
    }
    const traces = secret.traces([...made, ANOTHER_ADDRESS]);
    expect(lines.filter((line) => traces.some((trace) => line.includes(trace)))).toEqual([]);
  });
});

/** The message of a structured line, without the stack that errors have; undefined for other lines. */
function messageOf(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  const { message } = JSON.parse(line) as { message: string };
  return message.split("\n", 1)[0]?.replace(/^Error: /, "");
}
