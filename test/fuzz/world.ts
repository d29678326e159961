import type { Firestore } from "firebase-admin/firestore";
import { addDays } from "../../functions/src/engine/dates.ts";
import { unsignedIdToken, type LocalUser } from "../../scripts/support/token.ts";
import { Client } from "../support/client.ts";
import { everyDay, MECHANICS, seedShop } from "../support/shop.ts";
import { GENERAL } from "./dictionary.ts";
import { ADMINS_SECRET, SECRET } from "./judge.ts";
import type { Vocabulary } from "./request.ts";

/** The shop that the fuzzer has tokens for, and the one of another company, about which it must learn nothing. */
const OWN = "fuzz";
const FOREIGN = "fuzz-foreign";
/** The legacy calls without a shop go to this one. */
const DEFAULT = "default";
export const FUZZED_SHOPS = [OWN, FOREIGN, DEFAULT] as const;

const BOOKINGS = 12;
const SECRET_PERSON = { name: `Eve ${SECRET}`, email: `${SECRET}@example.com`, phone: "555 0199" };

/** Writes the shops, and returns words for requests to them: ids that exist, slots that are free, tokens of every role. */
export async function prepareWorld(db: Firestore, url: string, now: number): Promise<Vocabulary> {
  const tomorrow = addDays(new Date(now).toISOString().slice(0, 10), 1);
  for (const shop of FUZZED_SHOPS)
    await seedShop(db, shop, { mechanics: busyMechanics(), ...secretException(shop, tomorrow) });
  const client = new Client(url);
  const tokens = tokensOf(now);
  await bookSecretly(client, tomorrow, tokens.foreign);
  return {
    fields: { ...GENERAL, ...(await harvest(client, tomorrow)), shop_id: [OWN, OWN, OWN, DEFAULT, FOREIGN] },
    headers: {
      authorization: tokens.own.map((token) => `Bearer ${token}`),
      "idempotency-key": ["fuzz-key-0000000001", "fuzz-key-0000000002", "k"],
      "x-session-id": GENERAL["session_id"] as string[],
      "x-manage-token": await manageTokens(client, tomorrow),
      "if-match": ["*", '"x"', 'W/"x"'],
      "if-none-match": ["*", '"\\', ","],
      "last-event-id": ["1", "x.y", "9".repeat(300)],
      "cache-control": ["no-cache", "only-if-cached"],
      "accept-encoding": ["gzip", "br", "*;q=9", "gzip;q=x"],
      "x-forwarded-for": ["203.0.113.7", "::::, 999.1", "203.0.113.7, 10.0.0.1"],
      "x-http-method-override": ["DELETE", "POST"],
      origin: ["https://elsewhere.example", "null"],
      host: ["evil.example:99999", "127.0.0.1"],
      cookie: ["__proto__=1; =; ;;", "session=x"],
      range: ["bytes=9-1", "bytes=0-"],
    },
  };
}

/** Enough hours that bookings still find room after many thousand requests. */
function busyMechanics() {
  const weekly_schedule = everyDay("06:00-22:00");
  const entries = Object.entries(MECHANICS).map(
    ([id, mechanic]) => [id, { ...mechanic, weekly_schedule }] as const,
  );
  return Object.fromEntries(entries);
}

function secretException(shop: string, date: string) {
  const reason = shop === OWN ? ADMINS_SECRET : SECRET;
  const exception = { mechanic_id: "ada", from_date: date, effect: "unavailable", reason } as const;
  return { exceptions: [{ ...exception, start_time: "06:00", end_time: "07:00" }] };
}

/** Whether the request has the token of the shop's admin. */
export function isFromAdmin({ authorization = "" }: Readonly<Record<string, string>>): boolean {
  const [, claims = ""] = authorization.split(".");
  return Buffer.from(claims, "base64url").toString().includes('"sub":"owner"');
}

function tokensOf(now: number) {
  const sign = (uid: string, role: LocalUser["role"], shopId: string, mechanicId: string | null = null) =>
    unsignedIdToken({ uid, role, shopId, mechanicId, email: `${uid}@example.com` }, now + 24 * 3_600_000);
  const admin = sign("owner", "admin", OWN);
  const claims = Buffer.from(JSON.stringify({ __proto__: null, role: "admin", sub: "x" })).toString(
    "base64url",
  );
  return {
    foreign: sign("eve", "admin", FOREIGN),
    own: [
      ...[admin, admin, sign("hopper", "mechanic", OWN, "grace"), sign("carol", "customer", OWN)],
      ...[`e30.${claims}.`, `${admin}x`, admin.slice(0, -20), "a".repeat(4_000), "..", "e30.e30."],
    ],
  };
}

/** Bookings of the other company's customers, with personal data in every field. */
async function bookSecretly(client: Client, date: string, token: string): Promise<void> {
  for (const hour of ["10", "11", "12"]) {
    const start = `${date}T${hour}:00:00-05:00`;
    const booking = {
      service_id: "inspection",
      mechanic_id: "grace",
      start,
      customer: SECRET_PERSON,
      notes: SECRET,
    };
    const answer = await client.book(FOREIGN, booking, { authorization: `Bearer ${token}` });
    if (answer.status >= 300)
      throw new Error(`the foreign shop cannot be prepared: ${JSON.stringify(answer.body)}`);
  }
}

async function harvest(client: Client, from: string) {
  const to = addDays(from, 20);
  const { body } = await client.slots(OWN, from, to, { service_id: "inspection", limit: 1000 });
  const page = await client.slots(OWN, from, to, { limit: 3 });
  const dates = Array.from({ length: 30 }, (_, index) => addDays(from, index));
  const [starts, ids] = [body.slots.map(({ start }) => start), body.slots.map(({ id }) => id)];
  const tokens = [page.body.next_page_token ?? "", encode([Date.parse(`${from}T12:00:00Z`), "abc"])];
  const bookings = await Promise.all(indices().map((index) => book(client, from, index)));
  const held = await client.post<{ hold_id: string }>(`/v1/shops/${OWN}/holds`, {
    slot_id: ids.at(-1),
    session_id: "fuzz-session-1",
  });
  return {
    ...Object.fromEntries(["date", "from", "from_date", "start_date"].map((name) => [name, dates])),
    ...Object.fromEntries(
      ["to", "to_date"].map((name) => [name, [30, 31, 45, 61, 300].map((days) => addDays(from, days))]),
    ),
    month: [...new Set(dates.map((date) => date.slice(0, 7)))],
    start: starts,
    slot_id: ids,
    page_token: tokens,
    booking_id: bookings.map(({ booking }) => booking.id),
    booking_ids: bookings.map(({ booking }) => booking.id),
    hold_id: [held.body.hold_id],
  };
}

async function manageTokens(client: Client, from: string): Promise<string[]> {
  const bookings = await Promise.all(indices().map((index) => book(client, from, index)));
  return bookings.map(({ manage_token }) => manage_token ?? "none");
}

/** The key makes a repetition give the same booking and token. */
async function book(client: Client, from: string, index: number) {
  const start = `${addDays(from, 1 + index)}T15:00:00-05:00`;
  const booking = { service_id: "inspection", mechanic_id: "grace", start, customer: { name: "Ada" } };
  const answer = await client.book(OWN, booking, { "idempotency-key": `fuzz-world-booking-${index}` });
  if (answer.status >= 300) throw new Error(`the world cannot be prepared: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const indices = () => Array.from({ length: BOOKINGS }, (_, index) => index);
const encode = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
