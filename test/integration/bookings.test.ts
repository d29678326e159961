import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, confirmedBookings, CUSTOMER, MONDAY, seedShop, SERVICES, TUESDAY } from "../support/shop.ts";
import { admin, signedIn } from "../support/token.ts";

const project = openProject("bookings");
const { db } = project;
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  await seedShop(db, "garage");
  instance = await startInstance(project);
  ({ client } = instance);
});
afterAll(() => instance.close());

const order = (start: string, more: object = {}) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start,
  customer: CUSTOMER,
  ...more,
});

describe("a booking", () => {
  it("is answered with the record, and a guest with a manage token", async () => {
    const { status, body } = await client.book("garage", order(at(MONDAY, "09:00"), { notes: "left  tyre" }));
    expect(status).toBe(201);
    expect(body).toEqual({
      booking: {
        id: expect.stringMatching(/^[A-Za-z0-9_-]+$/) as string,
        shop_id: "garage",
        service_id: "inspection",
        mechanic_id: "ada",
        start: at(MONDAY, "09:00"),
        end: at(MONDAY, "09:30"),
        duration_minutes: 30,
        location_id: null,
        status: "confirmed",
        customer: { ...CUSTOMER, phone: null },
        notes: "left  tyre",
        created_at: new Date(NOW).toISOString(),
        updated_at: new Date(NOW).toISOString(),
      },
      manage_token: expect.stringMatching(/^[\w-]{20,}$/) as string,
    });
  });

  it("is in the ledger, the audit trail and the outbox when it is answered", async () => {
    const { body } = await client.book("garage", order(at(MONDAY, "10:00"), { service_id: "oil_change" }));
    const { id } = body.booking;
    const shop = db.doc("shops/garage");
    const ledger = await shop.collection("ledger").doc(`ada_${MONDAY}`).get();
    const minute = Date.parse(at(MONDAY, "10:00")) / 60_000;
    expect(ledger.get("entries")).toContainEqual({
      kind: "booking",
      id,
      start: minute,
      end: minute + 45,
      slot_start: minute,
      slot_end: minute + 30,
      location_id: null,
      expires_at: null,
    });
    const trail = await shop.collection("audit").where("booking_id", "==", id).get();
    expect(trail.docs.map((line) => line.data())).toMatchObject([
      { action: "booking_created", actor: { kind: "guest", uid: null } },
    ]);
    const outbox = await shop.collection("notifications").where("booking_id", "==", id).get();
    expect(outbox.docs.map((mail) => mail.data())).toMatchObject([
      { kind: "booking_confirmed", status: "pending" },
    ]);
  });

  it("belongs to a signed-in customer, who needs no manage token", async () => {
    const { body } = await client.book("garage", order(at(MONDAY, "11:00")), signedIn("mei"));
    expect(body.manage_token).toBeUndefined();
    const stored = await db.doc(`shops/garage/bookings/${body.booking.id}`).get();
    expect(stored.get("customer_uid")).toBe("mei");
  });

  it("keeps neither the manage token nor the Idempotency-Key in the database", async () => {
    const key = "a-secret-of-the-client";
    const { body } = await client.book("garage", order(at(MONDAY, "17:00")), { "idempotency-key": key });
    const stored = JSON.stringify((await db.doc(`shops/garage/bookings/${body.booking.id}`).get()).data());
    expect(body.manage_token).toBeDefined();
    expect(stored).not.toContain(body.manage_token ?? "");
    expect(stored).not.toContain(key);
  });

  it("may be made by slot id alone", async () => {
    const { body } = await client.slots("garage", TUESDAY, TUESDAY, { service_id: "inspection" });
    const [slot] = body.slots;
    const booked = await client.book("garage", { slot_id: slot?.id, customer: CUSTOMER });
    expect(booked.status).toBe(201);
    const { start, end, mechanic_id, service_id } = slot ?? {};
    expect(booked.body.booking).toMatchObject({ start, end, mechanic_id, service_id });
  });

  it("may start off the grid and be written in any offset", async () => {
    const { status, body } = await client.book("garage", order("2026-01-20T15:07:00Z"));
    expect(status).toBe(201);
    expect(body.booking.start).toBe(at(TUESDAY, "10:07"));
  });

  it("may be made at POST /bookings for the shop `default`", async () => {
    await seedShop(db, "default");
    const { status, body } = await client.post("/bookings", order(at(MONDAY, "09:00")));
    expect(status).toBe(201);
    expect(body).toMatchObject({ booking: { shop_id: "default" } });
  });
});

describe("a refused booking", () => {
  it.each([
    ["of an unknown shop", "nobody", {}, 404, "not_found"],
    ["of an unknown service", "garage", { service_id: "nothing" }, 404, "not_found"],
    ["of an unknown mechanic", "garage", { mechanic_id: "nobody" }, 404, "not_found"],
    ["of a retired service", "garage", { service_id: "retired" }, 422, "service_inactive"],
    ["with a mechanic who has left", "garage", { mechanic_id: "alan" }, 422, "mechanic_inactive"],
    ["of a service the mechanic does not offer", "garage", { service_id: "welding" }, 422, "not_qualified"],
    ["in a length not on offer", "garage", { duration_minutes: 45 }, 422, "invalid_duration"],
    ["in the midday break", "garage", { start: at(TUESDAY, "12:30") }, 409, "outside_hours"],
    ["when the slot would run past closing", "garage", { start: at(TUESDAY, "17:45") }, 409, "outside_hours"],
    ["in the past", "garage", { start: "2026-01-11T15:00:00-05:00" }, 409, "too_soon"],
  ])("%s", async (_what, shop, change, status, error) => {
    const answer = await client.book(shop, { ...order(at(TUESDAY, "16:00")), ...change });
    expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) as string } });
  });

  it("is refused where the shop's lead time or horizon forbids it", async () => {
    await seedShop(db, "strict", { shop: { policy: { lead_time_minutes: 24 * 60, horizon_days: 8 } } });
    const tomorrow = await client.book("strict", order(at("2026-01-12", "16:00")));
    expect(tomorrow).toMatchObject({ status: 409, body: { error: "too_soon" } });
    expect((await client.book("strict", order(at("2026-01-20", "16:00")))).status).toBe(201);
    const far = await client.book("strict", order(at("2026-01-21", "16:00")));
    expect(far).toMatchObject({ status: 409, body: { error: "beyond_horizon" } });
  });

  it("is refused when the mechanic has reached the daily limit", async () => {
    await seedShop(db, "limited", {
      mechanics: {
        ada: {
          specialties: ["inspection"],
          max_bookings_per_day: 2,
          weekly_schedule: { monday: [{ start_time: "09:00", end_time: "17:00" }] },
        },
      },
    });
    expect((await client.book("limited", order(at(MONDAY, "09:00")))).status).toBe(201);
    expect((await client.book("limited", order(at(MONDAY, "11:00")))).status).toBe(201);
    const third = await client.book("limited", order(at(MONDAY, "13:00")));
    expect(third).toMatchObject({ status: 409, body: { error: "day_full" } });
    expect((await client.availability("limited", MONDAY)).body.some(({ is_free }) => is_free)).toBe(false);
  });

  it("is refused to guests where the shop requires a sign-in", async () => {
    await seedShop(db, "members", { shop: { policy: { allow_guest_booking: false } } });
    const guest = await client.book("members", order(at(MONDAY, "09:00")));
    expect(guest).toMatchObject({ status: 401, body: { error: "unauthenticated" } });
    const anyone = await client.book("members", { ...order(at(MONDAY, "09:00")), mechanic_id: null });
    expect(anyone).toMatchObject({ status: 401, body: { error: "unauthenticated" } });
    expect((await client.book("members", order(at(MONDAY, "09:00")), signedIn("mei"))).status).toBe(201);
  });

  it("is refused with a bad token, even where guests may book", async () => {
    const answer = await client.book("garage", order(at(TUESDAY, "16:00")), {
      authorization: "Bearer x.y.z",
    });
    expect(answer).toMatchObject({ status: 401, body: { error: "unauthenticated" } });
  });

  it.each([
    ["an absence", { effect: "unavailable", mechanic_id: "ada" }, "outside_hours"],
    ["a holiday of the whole shop", { effect: "unavailable", mechanic_id: "*" }, "outside_hours"],
    [
      "an external appointment",
      { effect: "busy", mechanic_id: "ada", start_time: "10:00", end_time: "11:00" },
      "outside_hours",
    ],
  ] as const)("is refused over %s", async (_what, exception, error) => {
    await seedShop(db, "closed", { exceptions: [{ from_date: MONDAY, ...exception }] });
    const answer = await client.book("closed", order(at(MONDAY, "10:00")));
    expect(answer).toMatchObject({ status: 409, body: { error } });
    await db.recursiveDelete(db.collection("shops/closed/exceptions"));
  });
});

describe("a taken slot", () => {
  beforeAll(async () => {
    await seedShop(db, "taken");
    await client.book("taken", order(at(MONDAY, "10:00")));
  });

  it.each(["10:00", "09:31", "10:29"])(
    "is refused to any booking that overlaps it, from %s",
    async (time) => {
      const answer = await client.book("taken", order(at(MONDAY, time)));
      expect(answer).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    },
  );

  it("ends where the next one begins", async () => {
    expect((await client.book("taken", order(at(MONDAY, "09:30")))).status).toBe(201);
    expect((await client.book("taken", order(at(MONDAY, "10:30")))).status).toBe(201);
  });

  it("is answered with the nearest free slots, which can be booked as they are", async () => {
    const { body } = await client.book("taken", order(at(MONDAY, "10:00")));
    const alternatives = body.details?.alternatives ?? [];
    expect(alternatives.map(({ start, mechanic_id }) => [start.slice(11, 16), mechanic_id])).toEqual([
      ["09:00", "ada"],
      ["11:00", "ada"],
      ["11:30", "ada"],
      ["13:00", "grace"],
      ["13:30", "grace"],
    ]);
    const second = await client.book("taken", { slot_id: alternatives[0]?.id, customer: CUSTOMER });
    expect(second.status).toBe(201);
  });

  it("is answered with the nearest slots of other days when its own has none left", async () => {
    await seedShop(db, "small", {
      mechanics: {
        ada: {
          specialties: ["inspection"],
          weekly_schedule: {
            monday: [{ start_time: "09:00", end_time: "09:30" }],
            tuesday: [{ start_time: "09:00", end_time: "11:00" }],
          },
        },
      },
    });
    await client.book("small", order(at(MONDAY, "09:00")));
    const { body } = await client.book("small", order(at(MONDAY, "09:00")));
    expect(body.details?.alternatives?.map(({ start }) => start)).toEqual([
      at(TUESDAY, "09:00"),
      at(TUESDAY, "09:30"),
      at(TUESDAY, "10:00"),
      at(TUESDAY, "10:30"),
      at("2026-01-13", "10:30"),
    ]);
  });
});

describe("a service's buffer", () => {
  const buffered = { ...SERVICES.inspection, buffer_before_minutes: 10, buffer_after_minutes: 20 };
  beforeAll(() => seedShop(db, "buffered", { services: { inspection: buffered } }));

  it("keeps other bookings away on both sides, to the minute", async () => {
    expect((await client.book("buffered", order(at(MONDAY, "10:00")))).status).toBe(201);
    // 09:50-10:50 is taken; another needs ten minutes before its start and twenty after its end.
    expect((await client.book("buffered", order(at(MONDAY, "10:59")))).status).toBe(409);
    expect((await client.book("buffered", order(at(MONDAY, "11:00")))).status).toBe(201);
    expect((await client.book("buffered", order(at(MONDAY, "09:01")))).status).toBe(409);
    expect((await client.book("buffered", order(at(MONDAY, "09:00")))).status).toBe(201);
  });

  it("may lie outside working hours", async () => {
    expect((await client.book("buffered", order(at(TUESDAY, "09:00")))).status).toBe(201);
    expect((await client.book("buffered", order(at(TUESDAY, "17:30")))).status).toBe(201);
  });
});

describe("a booking that names no mechanic", () => {
  const anyone = (time: string) => ({ ...order(at(MONDAY, time)), mechanic_id: undefined });

  it("goes to the qualified free mechanic with the fewest bookings that day", async () => {
    await seedShop(db, "any");
    await client.book("any", order(at(MONDAY, "09:00")));
    const first = await client.book("any", anyone("14:00"));
    expect(first.body.booking.mechanic_id).toBe("grace");
    const second = await client.book("any", anyone("14:00"));
    expect(second.body.booking.mechanic_id).toBe("ada");
    const third = await client.book("any", anyone("14:00"));
    expect(third).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    expect(third.body.details?.alternatives?.length).toBeGreaterThan(0);
  });

  it("goes only to those who offer the service and work then", async () => {
    await seedShop(db, "qualified");
    const oil = await client.book("qualified", { ...anyone("14:00"), service_id: "oil_change" });
    expect(oil.body.booking.mechanic_id).toBe("ada");
    const noon = await client.book("qualified", anyone("13:00"));
    expect(noon.body.booking.mechanic_id).toBe("grace");
    const night = await client.book("qualified", anyone("22:00"));
    expect(night).toMatchObject({ status: 409, body: { error: "outside_hours" } });
    const nobody = await client.book("qualified", { ...anyone("14:00"), service_id: "welding" });
    expect(nobody).toMatchObject({ status: 409, body: { error: "outside_hours" } });
  });

  it("is decided by the ledgers, not by what the cache proposes", async () => {
    await seedShop(db, "stale");
    await client.availability("stale", MONDAY);
    const day = await db.doc(`shops/stale/availability/${MONDAY}`).get();
    await client.book("stale", order(at(MONDAY, "14:00"), { mechanic_id: "grace" }));
    await client.book("stale", order(at(MONDAY, "09:00")));
    await client.book("stale", order(at(MONDAY, "10:00")));
    // A cache that shows Grace as free and unbooked, whatever the ledgers say.
    await day.ref.set(day.data() ?? {});
    const { status, body } = await client.book("stale", anyone("14:00"));
    expect([status, body.booking.mechanic_id]).toEqual([201, "ada"]);
  });
});

describe("a booking across midnight", () => {
  beforeAll(() =>
    seedShop(db, "night", {
      services: SERVICES,
      mechanics: {
        owl: {
          specialties: ["inspection", "oil_change"],
          weekly_schedule: {
            monday: [{ start_time: "20:00", end_time: "24:00" }],
            tuesday: [{ start_time: "00:00", end_time: "03:00" }],
          },
        },
      },
    }),
  );
  const late = (start: string, service_id = "inspection") =>
    client.book("night", { service_id, mechanic_id: "owl", start, customer: CUSTOMER });

  it("is in both dates' ledgers and is seen from both days", async () => {
    await client.availability("night", MONDAY);
    await client.availability("night", TUESDAY);
    const { status, body } = await late(at(MONDAY, "23:45"));
    expect([status, body.booking.end]).toEqual([201, at(TUESDAY, "00:15")]);
    for (const date of [MONDAY, TUESDAY]) {
      const ledger = await db.doc(`shops/night/ledger/owl_${date}`).get();
      expect((ledger.get("entries") as { id: string }[]).map(({ id }) => id)).toEqual([body.booking.id]);
      for (const fresh of [false, true]) {
        const query = { service_id: "inspection", fresh };
        const { body: slots } = await client.availability("night", date, query, admin("night"));
        const near = slots.filter(({ is_free }) => !is_free).map(({ start }) => start.slice(11, 16));
        expect(near).toEqual(date === MONDAY ? ["23:30"] : ["00:00"]);
      }
    }
  });

  it("refuses what overlaps it from either side", async () => {
    expect(await late(at(MONDAY, "23:30"))).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    expect(await late(at(TUESDAY, "00:00"))).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    expect((await late(at(TUESDAY, "00:15"))).status).toBe(201);
    // An oil change's buffer would reach over midnight into what is taken.
    expect(await late(at(MONDAY, "23:01"), "oil_change")).toMatchObject({ status: 409 });
    expect((await late(at(MONDAY, "23:00"), "oil_change")).status).toBe(201);
  });
});

it("writes nothing when it refuses", async () => {
  await seedShop(db, "untouched");
  await client.book("untouched", order(at(MONDAY, "12:30")));
  await client.book("untouched", order(at(MONDAY, "09:00"), { mechanic_id: "nobody" }));
  expect(await confirmedBookings(db, "untouched")).toEqual([]);
  for (const collection of ["ledger", "audit", "notifications"]) {
    expect((await db.collection(`shops/untouched/${collection}`).get()).size).toBe(0);
  }
});
