import { Timestamp } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { hashSession } from "../../functions/src/holds/session.ts";
import { CALLERS, type Caller, type Permission } from "../../functions/src/openapi/callers.ts";
import { openApiDocument } from "../../functions/src/openapi/document.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { at, everyDay, seedShop } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly example: unknown } } };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
  readonly "x-callers"?: Readonly<Record<Caller, Permission>>;
}

/** The shop, the people and the things that the document's examples name. */
const SHOP = "default";
const MECHANIC = "mechanic_123";
const CALLER_HEADERS: Readonly<Record<Caller, Readonly<Record<string, string>>>> = {
  guest: {},
  customer: signedIn("customer-uid"),
  mechanic: signedIn("ada-uid", { role: "mechanic", shopId: SHOP, mechanicId: MECHANIC }),
  colleague: signedIn("grace-uid", { role: "mechanic", shopId: SHOP, mechanicId: "mechanic_456" }),
  foreign_mechanic: signedIn("alan-uid", { role: "mechanic", shopId: "elsewhere", mechanicId: MECHANIC }),
  admin: signedIn("boss", { role: "admin", shopId: SHOP }),
  foreign_admin: signedIn("other-boss", { role: "admin", shopId: "elsewhere" }),
  platform_admin: signedIn("root", { role: "admin", shopId: "*" }),
};

const OPERATIONS = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
);

const project = openProject("roles");
const start = instanceStarter(project);
let instance: Instance;
let sequence = 0;

beforeAll(async () => {
  instance = await start();
});

/** Writes what the examples refer to. A customer has a booking with the mechanic, and a session holds a slot. */
async function writeExamples(): Promise<void> {
  // The id of a notice is made from the booking's sequence: a booking that begins again needs another.
  sequence += 100;
  const mechanic = { specialties: ["oil_change"], weekly_schedule: everyDay("09:00-18:00") };
  await seedShop(project.db, SHOP, {
    services: { oil_change: { name: "Oil change", durations_minutes: [30, 60] } },
    mechanics: { [MECHANIC]: { ...mechanic, name: "Ada" }, mechanic_456: { ...mechanic, name: "Grace" } },
  });
  const shop = project.db.doc(`shops/${SHOP}`);
  const instant = (date: string, time: string) => Timestamp.fromMillis(Date.parse(at(date, time)));
  await shop
    .collection("bookings")
    .doc("b7f3c1")
    .set({
      ...{
        service_id: "oil_change",
        mechanic_id: MECHANIC,
        customer_uid: "customer-uid",
        status: "confirmed",
      },
      ...{ start: instant("2026-01-15", "10:00"), end: instant("2026-01-15", "10:30") },
      customer: { name: "陳小姐" },
      sequence,
    });
  await shop
    .collection("holds")
    .doc("h41d0a")
    .set({
      ...{ id: "h41d0a", service_id: "oil_change", mechanic_id: MECHANIC, date: "2026-01-15" },
      ...{ start: instant("2026-01-15", "11:00"), end: instant("2026-01-15", "11:30") },
      ...{ extent_start: instant("2026-01-15", "11:00"), extent_end: instant("2026-01-15", "11:30") },
      ...{
        location_id: null,
        session_hash: hashSession(SHOP, "c1f0a6d2e9"),
        extended: false,
        request_id: "r",
      },
      ...{ created_at: instant("2026-01-15", "10:00"), expires_at: instant("2026-02-01", "10:00") },
    });
}

/** Sends the operation's example; returns its status. Events are not waited for. */
async function send({ method, path, operation }: (typeof OPERATIONS)[number], caller: Caller) {
  const given = (where: string) =>
    (operation.parameters ?? []).filter((one) => one.in === where && one.example !== undefined);
  const target = given("path").reduce(
    (url, { name, example }) => url.replace(`{${name}}`, String(example)),
    path,
  );
  const query = new URLSearchParams(
    given("query").map(({ name, example }): [string, string] => [name, String(example)]),
  );
  const body = operation.requestBody?.content["application/json"].example;
  const required = given("header").filter((one) => one.required === true);
  const request = {
    method,
    headers: {
      "content-type": "application/json",
      ...Object.fromEntries(required.map(({ name, example }) => [name, String(example)])),
      ...(required.some(({ name }) => name === "If-Match") && { "If-Match": "*" }),
      ...CALLER_HEADERS[caller],
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  if (!("text/event-stream" in (operation.responses["200"]?.content ?? {}))) {
    return (await instance.client.request(method, `${target}?${query.toString()}`, request)).status;
  }
  const events = await fetch(`${instance.streamsUrl}${target}?${query.toString()}`, request);
  await events.body?.cancel();
  return events.status;
}

/** What the status of an answer says about the caller. The examples exist, so that 404 is a refusal too. */
function permissionOf(status: number): string | number {
  return status < 500 && ![401, 403, 404, 405].includes(status) ? "allowed" : status;
}

it("has a row for every endpoint of the API, with every caller", () => {
  expect(OPERATIONS.length).toBeGreaterThan(20);
  for (const { operation } of OPERATIONS) {
    expect(Object.keys(operation["x-callers"] ?? {}).sort()).toEqual([...CALLERS].sort());
  }
});

describe("who may call", () => {
  it.each(OPERATIONS)("$name", async (operation) => {
    const row: Partial<Record<Caller, string | number>> = {};
    const expected = operation.operation["x-callers"];
    // Refusals first: what the others do must not be the reason for them.
    const order = CALLERS.toSorted(
      (a, b) => Number(expected?.[a] === "allowed") - Number(expected?.[b] === "allowed"),
    );
    for (const caller of order) {
      await writeExamples();
      row[caller] = permissionOf(await send(operation, caller));
    }
    expect(row).toEqual(expected);
  });
});
