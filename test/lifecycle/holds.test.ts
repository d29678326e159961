import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepHolds } from "../../functions/src/holds/sweep-holds.ts";
import { freeTimes, type ErrorBody, type SlotBody } from "../support/client.ts";
import { NOW, TestClock } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin, signedIn } from "../support/token.ts";

interface HoldBody extends ErrorBody {
  readonly hold_id: string;
  readonly slot: SlotBody;
  readonly reserved_until: string;
}

const project = openProject("holds");
const { db } = project;
const instances: Instance[] = [];
let client: Instance["client"];
let other: Instance["client"];
let clock: TestClock;
let sessions = 0;

/** A shop of its own and two instances with one clock for every group of specifications. */
async function open(shop: string, seed: Parameters<typeof seedShop>[2] = {}): Promise<void> {
  await seedShop(db, shop, seed);
  clock = new TestClock();
  const [one, two] = [await startInstance(project, { clock }), await startInstance(project, { clock })];
  instances.push(one, two);
  client = one.client;
  other = two.client;
}
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

const newSession = () => `session-${(sessions += 1)}`;
const slot = (time: string, more: object = {}) => ({
  service_id: "oil_change",
  mechanic_id: "ada",
  start: at(MONDAY, time),
  ...more,
});
const hold = (shop: string, time: string, session_id: string, more: object = {}, headers = {}) =>
  client.post<HoldBody>(`/v1/shops/${shop}/holds`, { ...slot(time, more), session_id }, headers);
const release = (shop: string, id: string, session: string) =>
  client.request<ErrorBody>("DELETE", `/v1/shops/${shop}/holds/${id}`, {
    headers: { "x-session-id": session },
  });
const book = (shop: string, time: string, more: object = {}, headers = {}) =>
  client.book(shop, { ...slot(time), customer: CUSTOMER, ...more }, headers);
const freeOn = async (shop: string) => freeTimes((await client.availability(shop, MONDAY)).body, "ada");
const entriesOf = async (shop: string) =>
  ((await db.doc(`shops/${shop}/ledger/ada_${MONDAY}`).get()).get("entries") ?? []) as { id: string }[];

describe("a hold of a mechanic with a daily limit", () => {
  const limited = (limit: number) => ({
    mechanics: {
      ada: {
        specialties: ["oil_change"],
        weekly_schedule: everyDay("09:00-12:00"),
        max_bookings_per_day: limit,
      },
    },
  });
  const held = async (shop: string, time: string) => {
    const session = newSession();
    const answer = await hold(shop, time, session);
    return { ...answer, use: () => book(shop, time, { hold_id: answer.body.hold_id, session_id: session }) };
  };
  const slotsOf = async (at: Instance["client"], shop: string) =>
    (await at.slots(shop, MONDAY, MONDAY, { service_id: "oil_change" })).body.slots.length;

  it("counts for the limit, so every hold that was given can be booked", async () => {
    await open("limit-holds", limited(2));
    const [one, two] = [await held("limit-holds", "09:00"), await held("limit-holds", "10:00")];
    expect(await held("limit-holds", "11:00")).toMatchObject({ status: 409, body: { error: "day_full" } });
    expect(await book("limit-holds", "11:00")).toMatchObject({ status: 409, body: { error: "day_full" } });
    expect([(await one.use()).status, (await two.use()).status]).toEqual([201, 201]);
  });

  it("is extended where it fills the day itself", async () => {
    await open("limit-extend", limited(1));
    const session = newSession();
    expect((await hold("limit-extend", "09:00", session)).status).toBe(201);
    expect((await hold("limit-extend", "09:00", session)).status).toBe(200);
  });

  it("counts in cached days of every instance until it expires, and not after", async () => {
    await open("limit-days", limited(1));
    expect(await slotsOf(client, "limit-days")).toBeGreaterThan(0);
    await hold("limit-days", "09:00", newSession());
    expect([await slotsOf(client, "limit-days"), await slotsOf(other, "limit-days")]).toEqual([0, 0]);
    expect(
      (await client.availability("limit-days", MONDAY, { fresh: true }, admin("limit-days"))).body,
    ).toEqual((await client.availability("limit-days", MONDAY)).body);
    clock.advance({ minutes: 9, seconds: 59 });
    expect(await slotsOf(client, "limit-days")).toBe(0);
    clock.advance({ seconds: 1 });
    const counts = [await slotsOf(client, "limit-days"), await slotsOf(other, "limit-days")];
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBe(counts[0]);
    expect((await book("limit-days", "11:00")).status).toBe(201);
  });

  it("sends a request for any mechanic to the one with fewer bookings and holds", async () => {
    const hours = { specialties: ["oil_change"], weekly_schedule: everyDay("09:00-17:00") };
    await open("limit-any", { mechanics: { ada: hours, grace: hours } });
    await hold("limit-any", "09:00", newSession());
    const answer = await book("limit-any", "14:00", { mechanic_id: undefined });
    expect(answer.body.booking.mechanic_id).toBe("grace");
  });

  it("does not count twice when a booking uses it", async () => {
    await open("limit-use", limited(2));
    const one = await held("limit-use", "09:00");
    expect((await one.use()).status).toBe(201);
    const day = await db.doc(`shops/limit-use/availability/${MONDAY}`).get();
    expect(day.get("mechanics.ada")).toMatchObject({ booked: 1, held_until: [] });
    expect((await book("limit-use", "11:00")).status).toBe(201);
  });
});

describe("a hold", () => {
  beforeAll(() => open("held"));

  it("is answered with its slot and how long it is reserved", async () => {
    const { status, body } = await hold("held", "09:00", newSession());
    expect(status).toBe(201);
    expect(body).toEqual({
      hold_id: expect.stringMatching(/^[A-Za-z0-9_-]+$/) as string,
      slot: {
        id: expect.any(String) as string,
        start: at(MONDAY, "09:00"),
        end: at(MONDAY, "09:30"),
        duration_minutes: 30,
        mechanic_id: "ada",
        service_id: "oil_change",
        location_id: null,
      },
      reserved_until: at("2026-01-12", "07:10"),
      message: "Slot reserved for 10 minutes",
    });
  });

  it("may be made by slot id, with the session in a header", async () => {
    const { body } = await client.slots("held", MONDAY, MONDAY, { service_id: "oil_change" });
    const free = body.slots[0];
    const answer = await client.post<HoldBody>(
      "/v1/shops/held/holds",
      { slot_id: free?.id },
      { "x-session-id": newSession() },
    );
    expect(answer.status).toBe(201);
    expect(answer.body.slot).toEqual(free);
  });

  it("removes its slot from bookings, holds and availability", async () => {
    await hold("held", "11:00", newSession());
    expect(await freeOn("held")).not.toContain("11:00");
    expect(await book("held", "11:15")).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    const second = await hold("held", "11:15", newSession());
    expect(second).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    expect(second.body.details?.alternatives?.length).toBeGreaterThan(0);
  });

  it("is refused where a booking would be refused", async () => {
    await book("held", "14:00");
    for (const [time, more, status, error] of [
      ["14:15", {}, 409, "slot_taken"],
      ["12:30", {}, 409, "outside_hours"],
      ["15:00", { start: "2026-01-11T15:00:00-05:00" }, 409, "too_soon"],
      ["15:00", { service_id: "welding" }, 422, "not_qualified"],
      ["15:00", { mechanic_id: "alan", service_id: "inspection" }, 422, "mechanic_inactive"],
      ["15:00", { duration_minutes: 45 }, 422, "invalid_duration"],
      ["15:00", { mechanic_id: "nobody" }, 404, "not_found"],
    ] as const) {
      expect(await hold("held", time, newSession(), more)).toMatchObject({ status, body: { error } });
    }
  });

  it("stores nothing of its session but a hash", async () => {
    const { body } = await hold("held", "17:00", "a-very-secret-session");
    const documents = [
      await db.doc(`shops/held/holds/${body.hold_id}`).get(),
      await db.doc(`shops/held/ledger/ada_${MONDAY}`).get(),
    ];
    expect(documents.every(({ exists }) => exists)).toBe(true);
    expect(JSON.stringify(documents.map((one) => one.data()))).not.toContain("a-very-secret-session");
  });

  it("is granted once when many ask at once", async () => {
    const asked = Array.from({ length: 10 }, (_, index) =>
      (index % 2 ? client : other).post<HoldBody>("/v1/shops/held/holds", {
        ...slot("16:00"),
        session_id: newSession(),
      }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(9);
  });
});

describe("a hold's time", () => {
  beforeAll(() => open("timed"));

  it("ends to the millisecond, without the sweeper", async () => {
    await client.availability("timed", MONDAY);
    const { body } = await hold("timed", "09:00", "s-over");
    clock.set(new Date(NOW + 10 * 60_000 - 1).toISOString());
    expect(await freeOn("timed")).not.toContain("09:00");
    expect(await book("timed", "09:00")).toMatchObject({ status: 409 });
    clock.set(new Date(NOW + 10 * 60_000).toISOString());
    expect(await freeOn("timed")).toContain("09:00");
    const late = await book("timed", "09:00", { hold_id: body.hold_id, session_id: "s-over" });
    expect(late).toMatchObject({ status: 410, body: { error: "hold_expired" } });
    expect((await book("timed", "09:00")).status).toBe(201);
    expect((await entriesOf("timed")).map(({ id }) => id)).not.toContain(body.hold_id);
  });

  it("can be extended by its session once", async () => {
    clock.set("2026-01-12T13:00:00Z");
    const first = await hold("timed", "10:00", "s-again");
    clock.advance({ minutes: 9 });
    const again = await hold("timed", "10:00", "s-again");
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ hold_id: first.body.hold_id, slot: first.body.slot });
    expect(again.body.reserved_until).toBe(at("2026-01-12", "08:19"));
    const third = await hold("timed", "10:00", "s-again");
    expect(third).toMatchObject({ status: 409, body: { error: "hold_extended" } });
    clock.advance({ minutes: 9 });
    expect(await book("timed", "10:00")).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    clock.advance({ minutes: 1 });
    expect((await book("timed", "10:00")).status).toBe(201);
  });

  it("is removed by the sweeper after it has expired, not before", async () => {
    const early = await hold("timed", "14:00", "s-sweep-1");
    clock.advance({ minutes: 5 });
    const later = await hold("timed", "15:00", "s-sweep-2");
    clock.advance({ minutes: 6 });
    expect(await sweepHolds(instances.at(-1)!.context.holds, clock.now())).toBeGreaterThanOrEqual(1);
    const exists = async (id: string) => (await db.doc(`shops/timed/holds/${id}`).get()).exists;
    expect([await exists(early.body.hold_id), await exists(later.body.hold_id)]).toEqual([false, true]);
    const left = (await entriesOf("timed")).map(({ id }) => id);
    expect(left).not.toContain(early.body.hold_id);
    expect(left).toContain(later.body.hold_id);
  });
});

describe("a session", () => {
  beforeAll(() => open("sessions"));

  it("holds at most three slots at a time, however it asks", async () => {
    const times = ["09:00", "09:45", "10:30", "11:15", "14:00", "14:45"];
    const answers = await Promise.all(
      times.map((time, index) =>
        (index % 2 ? client : other).post<HoldBody>("/v1/shops/sessions/holds", {
          ...slot(time),
          session_id: "greedy",
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error).toBe("hold_limit");
    const mine = answers.find(({ status }) => status === 201)!.body.hold_id;
    expect((await release("sessions", mine, "greedy")).status).toBe(204);
    expect((await hold("sessions", "17:00", "greedy")).status).toBe(201);
  });

  it("releases its own hold and no other", async () => {
    const { body } = await hold("sessions", "15:30", "owner");
    const path = `/v1/shops/sessions/holds/${body.hold_id}`;
    expect((await client.request("DELETE", path)).status).toBe(422);
    expect(await release("sessions", body.hold_id, "thief")).toMatchObject({
      status: 403,
      body: { error: "forbidden" },
    });
    expect(await release("sessions", "nothing", "owner")).toMatchObject({ status: 404 });
    const elsewhere = await release("held", body.hold_id, "owner");
    expect(elsewhere.status).toBe(404);
    const inUrl = await client.request<ErrorBody>("DELETE", `${path}?session_id=owner`, {
      headers: { "x-session-id": "owner" },
    });
    expect([inUrl.status, inUrl.body.error]).toEqual([422, "invalid_request"]);
    expect(inUrl.body.details?.fields).toEqual([
      { path: "session_id", message: "Not in the URL: send it in the body or as X-Session-Id." },
    ]);
    expect((await release("sessions", body.hold_id, "owner")).status).toBe(204);
    expect(await freeOn("sessions")).toContain("15:00");
    expect((await book("sessions", "15:30")).status).toBe(201);
    expect((await release("sessions", body.hold_id, "owner")).status).toBe(404);
  });
});

describe("a booking with a hold", () => {
  beforeAll(() => open("consumed"));

  it("names only the hold and removes it", async () => {
    const held = await hold("consumed", "09:00", "buyer", { duration_minutes: 60 });
    const { hold_id } = held.body;
    const answer = await client.book("consumed", { hold_id, session_id: "buyer", customer: CUSTOMER });
    expect(answer.status).toBe(201);
    const { start, end, mechanic_id, service_id } = held.body.slot;
    expect(answer.body.booking).toMatchObject({ start, end, mechanic_id, service_id });
    expect((await db.doc(`shops/consumed/holds/${hold_id}`).get()).exists).toBe(false);
    expect((await entriesOf("consumed")).map(({ id }) => id)).toEqual([answer.body.booking.id]);
  });

  it("is made once however often it is sent", async () => {
    const { body } = await hold("consumed", "10:30", "twice");
    const order = { hold_id: body.hold_id, session_id: "twice", customer: CUSTOMER };
    const first = await client.book("consumed", order);
    const again = await other.book("consumed", order);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    const forged = await client.book("consumed", { ...order, session_id: "somebody" });
    expect(forged.status).toBe(404);
  });

  it("costs at most five reads and five writes when it names its slot", async () => {
    const { body } = await hold("consumed", "17:00", "thrifty");
    await project.emulator.resetUsage();
    const named = { hold_id: body.hold_id, session_id: "thrifty" };
    expect((await book("consumed", "17:00", named)).status).toBe(201);
    const { reads, writes } = await project.emulator.usage();
    expect([reads <= 5, writes <= 5]).toEqual([true, true]);
  });

  it("has the hold's length and service", async () => {
    await open("lengths");
    const { body } = await hold("lengths", "10:00", "long", { duration_minutes: 60 });
    const named = { hold_id: body.hold_id, session_id: "long" };
    const longer = await book("lengths", "10:00", {
      ...named,
      service_id: "inspection",
      duration_minutes: 60,
    });
    expect(longer).toMatchObject({ status: 422, body: { error: "invalid_duration" } });
    const another = await book("lengths", "10:00", { ...named, service_id: "inspection" });
    expect(another.status).toBe(422);
    const answer = await book("lengths", "10:00", named);
    expect(answer).toMatchObject({ status: 201, body: { booking: { duration_minutes: 60 } } });
    const short = await hold("lengths", "14:00", "short");
    const swapped = { hold_id: short.body.hold_id, session_id: "short", service_id: "inspection" };
    expect(await book("lengths", "14:00", swapped)).toMatchObject({
      status: 422,
      body: { details: { fields: [{ path: "hold_id" }] } },
    });
  });

  it("is refused to another session, for another slot and without a hold", async () => {
    const { body } = await hold("consumed", "15:00", "mine");
    const { hold_id } = body;
    for (const [time, more, status, error] of [
      ["15:00", { hold_id, session_id: "theirs" }, 403, "forbidden"],
      ["15:00", { hold_id }, 422, "invalid_request"],
      ["16:00", { hold_id, session_id: "mine" }, 422, "invalid_request"],
      ["16:00", { hold_id, session_id: "mine", start: at(TUESDAY, "15:00") }, 422, "invalid_request"],
      ["15:00", { hold_id: "nothing", session_id: "mine" }, 404, "not_found"],
    ] as const) {
      expect(await book("consumed", time, more)).toMatchObject({ status, body: { error } });
    }
    expect((await book("consumed", "15:00", { hold_id, session_id: "mine" })).status).toBe(201);
  });

  it("is refused when the mechanic has become unavailable since", async () => {
    const { body } = await hold("consumed", "14:00", "away");
    await db.collection("shops/consumed/exceptions").add({
      mechanic_id: "ada",
      from_date: MONDAY,
      to_date: MONDAY,
      start_time: "14:00",
      end_time: "14:30",
      effect: "unavailable",
      rrule: null,
    });
    const answer = await book("consumed", "14:00", { hold_id: body.hold_id, session_id: "away" });
    expect(answer).toMatchObject({ status: 409, body: { error: "outside_hours" } });
  });
});

describe("a hold in a shop without guests", () => {
  beforeAll(() => open("members", { shop: { policy: { allow_guest_booking: false } } }));

  it("is refused to guests and granted to signed-in customers", async () => {
    expect(await hold("members", "09:00", newSession())).toMatchObject({ status: 401 });
    expect((await hold("members", "09:00", newSession(), {}, signedIn("mei"))).status).toBe(201);
  });
});

describe("a hold across midnight", () => {
  beforeAll(() =>
    open("night", {
      mechanics: {
        ada: {
          specialties: ["inspection"],
          weekly_schedule: {
            monday: [{ start_time: "20:00", end_time: "24:00" }],
            tuesday: [{ start_time: "00:00", end_time: "03:00" }],
          },
        },
      },
    }),
  );

  it("is removed from both days and returned to both", async () => {
    const free = async (date: string) =>
      freeTimes((await client.availability("night", date, { service_id: "inspection" })).body);
    const before = [await free(MONDAY), await free(TUESDAY)];
    const { body } = await hold("night", "23:45", "owl", { service_id: "inspection" });
    expect(await free(MONDAY)).not.toContain("23:30");
    expect(await free(TUESDAY)).not.toContain("00:00");
    expect((await release("night", body.hold_id, "owl")).status).toBe(204);
    expect([await free(MONDAY), await free(TUESDAY)]).toEqual(before);
  });
});

describe("a client with too many holds", () => {
  it("is answered 429 by every instance", async () => {
    await seedShop(db, "limited");
    clock = new TestClock();
    const limited = { clock, config: { rateLimits: true } };
    const [one, two] = [await startInstance(project, limited), await startInstance(project, limited)];
    instances.push(one, two);
    const ask = (index: number) =>
      (index % 2 ? one : two).client.post<ErrorBody>("/v1/shops/limited/holds", {
        ...slot("12:30"),
        session_id: "keen",
      });
    for (let index = 0; index < 10; index += 1) expect((await ask(index)).status).toBe(409);
    const eleventh = await ask(10);
    expect(eleventh).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    expect(Number(eleventh.headers.get("retry-after"))).toBeGreaterThan(0);
    clock.advance({ minutes: 1 });
    expect((await ask(11)).status).toBe(409);
  });
});
