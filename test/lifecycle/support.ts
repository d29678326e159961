import { afterAll } from "vitest";
import type { BookingBody, Client, ErrorBody } from "../support/client.ts";
import { TestClock } from "../support/clock.ts";
import type { Project } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, seedShop } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { millis } from "../../functions/src/engine/units.ts";

export type Headers = Readonly<Record<string, string>>;
export type BookingAnswer = BookingBody & ErrorBody;

/** A shop of its own with one instance, and what people do with a booking there. */
export interface Shop {
  readonly id: string;
  readonly instance: Instance;
  readonly client: Client;
  readonly clock: TestClock;
  /** An inspection by Ada on the Monday, unless `more` says otherwise. */
  book(time: string, more?: object, headers?: Headers): Promise<BookingBody>;
  view(id: string, headers?: Headers): ReturnType<Client["get"]>;
  move(id: string, body: object, headers?: Headers): Promise<Answer>;
  cancel(id: string, headers?: Headers, body?: object): Promise<Answer>;
  mark(id: string, action: "complete" | "no_show", headers?: Headers, body?: object): Promise<Answer>;
  readonly admin: Headers;
  readonly ada: Headers;
  readonly grace: Headers;
}
type Answer = Awaited<ReturnType<typeof Client.prototype.request<BookingAnswer>>>;

export async function openShop(
  project: Project,
  id: string,
  seed: Parameters<typeof seedShop>[2] = {},
): Promise<Shop> {
  await seedShop(project.db, id, seed);
  const clock = new TestClock();
  const instance = await startInstance(project, { clock });
  afterAll(() => instance.close());
  const { client } = instance;
  const path = (bookingId: string) => `/v1/shops/${id}/bookings/${bookingId}`;
  const send = (method: string, to: string, body: object | undefined, headers: Headers = {}) =>
    client.request<BookingAnswer>(method, to, {
      headers: { "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    id,
    instance,
    client,
    clock,
    async book(time, more = {}, headers = {}) {
      const order = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time), ...more };
      const answer = await client.book(id, { customer: CUSTOMER, ...order }, headers);
      if (answer.status !== 201) throw new Error(`not booked: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    view: (bookingId, headers = {}) => client.get(path(bookingId), {}, headers),
    move: (bookingId, body, headers) => send("PATCH", path(bookingId), body, headers),
    cancel: (bookingId, headers, body) => send("DELETE", path(bookingId), body, headers),
    mark: (bookingId, action, headers, body) => send("POST", `${path(bookingId)}/${action}`, body, headers),
    admin: signedIn("boss", { role: "admin", shopId: id }, millis(clock.now() + 50 * 24 * 3600_000)),
    ada: signedIn("ada-uid", { role: "mechanic", shopId: id, mechanicId: "ada" }, millis(farAhead(clock))),
    grace: signedIn(
      "grace-uid",
      { role: "mechanic", shopId: id, mechanicId: "grace" },
      millis(farAhead(clock)),
    ),
  };
}

/** Tokens that outlast whatever a specification does to the clock. */
function farAhead(clock: TestClock): number {
  return clock.now() + 50 * 24 * 3600_000;
}

/** A guest's credentials. */
export function token({ manage_token }: BookingBody): Headers {
  return { "x-manage-token": manage_token ?? "" };
}

export async function auditOf({ db }: Pick<Project, "db">, shop: string, bookingId: string) {
  const found = await db.collection(`shops/${shop}/audit`).where("booking_id", "==", bookingId).get();
  return found.docs.map((line) => line.data()).sort((a, b) => Number(a["at"]) - Number(b["at"]));
}

interface StoredNotification {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
}

export async function outboxOf(
  { db }: Pick<Project, "db">,
  shop: string,
  bookingId: string,
): Promise<StoredNotification[]> {
  const found = await db.collection(`shops/${shop}/notifications`).where("booking_id", "==", bookingId).get();
  return found.docs.map((one) => ({
    id: one.id,
    kind: String(one.get("kind")),
    status: String(one.get("status")),
  }));
}

/** The ids of a ledger's entries. */
export async function ledgerOf({ db }: Pick<Project, "db">, shop: string, mechanic: string, date: string) {
  const entries: unknown = (await db.doc(`shops/${shop}/ledger/${mechanic}_${date}`).get()).get("entries");
  return ((entries ?? []) as { id: string }[]).map(({ id }) => id);
}
