import fc from "fast-check";
import { FieldPath, FieldValue, Timestamp, type DocumentReference } from "firebase-admin/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bookingDocumentSchema } from "../../functions/src/bookings/booking-record.ts";
import {
  exceptionSchema,
  mechanicSchema,
  serviceSchema,
  shopSchema,
} from "../../functions/src/catalog/schema.ts";
import { ledgerSchema } from "../../functions/src/ledger/ledger-document.ts";
import type { Answer, BookingBody, ErrorBody, SlotsBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const RUNS = Number(process.env.DAMAGED_FIELDS ?? 15);
const project = openProject("damaged-fields");
const { db } = project;
let instance: Instance;
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
});
afterAll(() => instance.close());

/** The documents that are damaged, and the schema that tells whether they can still be read. */
const DOCUMENTS = {
  "": shopSchema,
  "/services/inspection": serviceSchema,
  "/mechanics/ada": mechanicSchema,
  "/exceptions/afternoon": exceptionSchema,
  "/exceptions/holiday": exceptionSchema,
  "/exceptions/extra": exceptionSchema,
  [`/ledger/ada_${MONDAY}`]: ledgerSchema,
  "/bookings/*": bookingDocumentSchema,
  "/holds/*": null,
  [`/availability/${MONDAY}`]: null,
} as const;
type Path = keyof typeof DOCUMENTS;

const VALUES = [
  "x",
  "",
  "9:00",
  0,
  -1,
  1.5,
  true,
  null,
  [],
  {},
  [null],
  Timestamp.fromMillis(0),
  Buffer.from("x"),
];
const REMOVED = FieldValue.delete();

const EXCEPTIONS = {
  afternoon: {
    mechanic_id: "ada",
    from_date: MONDAY,
    to_date: MONDAY,
    start_time: "15:00",
    end_time: "18:00",
    effect: "unavailable",
    rrule: null,
  },
  holiday: {
    mechanic_id: "*",
    from_date: TUESDAY,
    to_date: "2026-01-22",
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: "FREQ=DAILY",
  },
  // Replaces the hours of the date: Ada is closed in the morning.
  extra: {
    mechanic_id: "ada",
    from_date: "2026-01-23",
    to_date: "2026-01-23",
    start_time: "14:00",
    end_time: "15:00",
    effect: "available",
    rrule: null,
  },
};
/** Starts of Ada that the sound documents refuse. */
const CLOSED = [
  at(MONDAY, "10:00"),
  at(MONDAY, "11:00"),
  at(MONDAY, "12:30"),
  at(MONDAY, "15:30"),
  at(TUESDAY, "10:00"),
  at("2026-01-22", "10:00"),
  at("2026-01-23", "10:00"),
];

it("answers no 5xx but shop_misconfigured, and opens nothing, whatever single field is damaged", async () => {
  const damage = fc.record({
    path: fc.constantFrom(...(Object.keys(DOCUMENTS) as Path[])),
    field: fc.nat(),
    value: fc.constantFrom(...VALUES, REMOVED),
  });
  await fc.assert(fc.asyncProperty(damage, holds), { numRuns: RUNS });
}, 280_000);

async function holds({ path, field, value }: { path: Path; field: number; value: unknown }): Promise<void> {
  const shopId = `shop-${(shops += 1)}`;
  const { client } = instance;
  // A near horizon, so that the search for alternatives is short.
  await seedShop(db, shopId, { shop: { policy: { horizon_days: 12 } } });
  for (const [id, exception] of Object.entries(EXCEPTIONS)) {
    await db.doc(`shops/${shopId}/exceptions/${id}`).set(exception);
  }
  const order = { service_id: "inspection", mechanic_id: "ada" };
  const booked = await client.book(shopId, { ...order, customer: CUSTOMER, start: at(MONDAY, "10:00") });
  const hold = { ...order, session_id: "its", start: at(MONDAY, "11:00") };
  const held = await client.post<{ hold_id: string }>(`/v1/shops/${shopId}/holds`, hold);
  expect([booked.status, held.status]).toEqual([201, 201]);
  const before = await offers(shopId);

  const id = path.startsWith("/holds") ? held.body.hold_id : booked.body.booking.id;
  const ref = db.doc(`shops/${shopId}${path.replace("*", id)}`);
  const isReadable = await damageField(shopId, ref, { path, field, value });

  const answers: Answer<unknown>[] = [];
  for (const shown of ["", "/services", "/mechanics", `/slots?from=${MONDAY}&to=2026-01-23`]) {
    answers.push(await client.get(`/v1/shops/${shopId}${shown}`));
  }
  answers.push(await client.availability(shopId, MONDAY));
  const after = await offers(shopId);
  const isDay = path.startsWith("/availability");
  const opensNothing = isDay || !isReadable;
  for (const slot of isReadable || isDay ? [] : after) expect(before).toContain(slot);
  await Promise.all(
    CLOSED.map(async (start) => {
      const again = await client.book(shopId, { ...order, customer: CUSTOMER, start });
      const session_id = `session at ${start}`;
      const another = await client.post(`/v1/shops/${shopId}/holds`, { ...hold, session_id, start });
      answers.push(again, another);
      if (opensNothing) expect([start, again.status, another.status]).not.toContain(201);
    }),
  );
  answers.push(await client.book(shopId, { ...order, customer: CUSTOMER, start: at(MONDAY, "09:30") }));
  answers.push(
    await client.book(shopId, { service_id: "inspection", customer: CUSTOMER, start: at(MONDAY, "14:00") }),
  );
  answers.push(
    await client.book(shopId, { hold_id: held.body.hold_id, session_id: "its", customer: CUSTOMER }),
  );
  answers.push(...(await change(shopId, booked)));
  const holdPath = `/v1/shops/${shopId}/holds/${held.body.hold_id}`;
  answers.push(await client.request("DELETE", holdPath, { headers: { "x-session-id": "its" } }));
  for (const { status, body } of answers) {
    if (status >= 500) expect([status, body]).toMatchObject([503, { error: "shop_misconfigured" }]);
  }
}

/** Views, moves and cancels the booking. */
async function change(shopId: string, { body }: Answer<BookingBody & ErrorBody>) {
  const path = `/v1/shops/${shopId}/bookings/${body.booking.id}`;
  const headers = { "x-manage-token": body.manage_token ?? "", "content-type": "application/json" };
  const move = JSON.stringify({ start: at("2026-01-24", "09:00") });
  return [
    await instance.client.request("GET", path, { headers }),
    await instance.client.request("PATCH", path, { headers, body: move }),
    await instance.client.request("DELETE", path, { headers }),
  ];
}

/** The free slots of Ada, by start; none where the shop cannot be read. */
async function offers(shopId: string): Promise<string[]> {
  const { body } = await instance.client.slots(shopId, MONDAY, "2026-01-23", {
    service_id: "inspection",
    mechanic_id: "ada",
  });
  return ((body as Partial<SlotsBody>).slots ?? []).map(({ start }) => start);
}

/** Damages one field, and delivers the event. Returns whether the document can still be read. */
async function damageField(
  shopId: string,
  ref: DocumentReference,
  { path, field, value }: { path: Path; field: number; value: unknown },
): Promise<boolean> {
  const before = await ref.get();
  const places = placesIn(before.data() ?? {});
  const place = places[field % places.length] ?? [];
  const { writeTime } = await ref.update(...damaged(before.data() ?? {}, place, value));
  const after = await ref.get();
  const event = { before, after, at: writeTime };
  const { changes, reconciler } = instance.context;
  const kind = path.split("/")[1];
  if (path === "") await changes.shopWritten(shopId, event);
  if (kind === "services") await changes.serviceWritten(shopId, event);
  if (kind === "mechanics") await changes.mechanicWritten(shopId, event);
  if (kind === "exceptions") await changes.exceptionWritten(shopId, event);
  if (kind === "ledger") await changes.ledgerWritten(shopId, ref.id, event);
  if (kind === "bookings") await reconciler.reconcile(shopId, ref.id, event);
  return DOCUMENTS[path]?.safeParse(after.data()).success ?? false;
}

type Place = readonly (string | number)[];

/** The paths of all values in a document, those in lists and maps included. */
function placesIn(value: unknown, at: Place = []): Place[] {
  const isMap =
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isMap && !Array.isArray(value)) return [at];
  const inside = Object.entries(value).flatMap(([key, one]) =>
    placesIn(one, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? inside : [at, ...inside];
}

/** The update that puts `value` at a place; a list is written as a whole. */
function damaged(data: object, place: Place, value: unknown): [FieldPath, unknown] {
  const list = place.findIndex((key) => typeof key === "number");
  if (list === -1) return [new FieldPath(...place.map(String)), value];
  const outer = place.slice(0, list);
  const whole = structuredCloneOf(valueAt(data, outer));
  const inner = place.slice(list);
  const parent = valueAt(whole, inner.slice(0, -1)) as Record<string, unknown>;
  const last = inner.at(-1) ?? 0;
  if (value === REMOVED) delete parent[last];
  // Firestore stores no list in a list.
  else parent[last] = Array.isArray(parent) && Array.isArray(value) ? { list: value } : value;
  return [
    new FieldPath(...outer.map(String)),
    Array.isArray(whole) ? whole.filter((one) => one !== undefined) : whole,
  ];
}

function valueAt(data: unknown, place: Place): unknown {
  return place.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], data);
}

function structuredCloneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, structuredCloneOf(one)]));
}
