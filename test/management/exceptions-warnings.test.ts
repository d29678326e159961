import { beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, MONDAY, TUESDAY } from "../support/shop.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions-warnings");
const OWN = "/mechanics/ada/exceptions";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `warned-${(shops += 1)}`);
});

const count = async () =>
  (await project.db.collection(`shops/${shop.id}/exceptions`).count().get()).data().count;
const listed = (answer: { body: any }) =>
  answer.body.details.conflicting_appointments.map(
    (one: { booking_id: string }) => one.booking_id,
  ) as string[];

describe("an exception that strands appointments", () => {
  it("is warned of with each of them, and created with confirm=true", async () => {
    await shop.book("09:00");
    const { booking } = await shop.book("14:30");
    const body = { date: MONDAY, start_time: "14:00", end_time: "15:00" };
    const warned = await shop.send("POST", OWN, body);
    expect(warned).toMatchObject({ status: 409, body: { warning: "appointment_conflicts" } });
    expect(warned.body.details).toEqual({
      conflicting_appointments: [
        {
          booking_id: booking.id,
          mechanic_id: "ada",
          date: MONDAY,
          start_time: "14:30",
          end_time: "15:00",
          customer: "陳小姐",
        },
      ],
    });
    expect(await count()).toBe(0);
    expect((await shop.send("POST", `${OWN}?confirm=true`, body)).status).toBe(201);
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed" },
    });
  });

  it("is not warned of for appointments that are outside hours already", async () => {
    await shop.book("09:00");
    await shop.send("POST", `${OWN}?confirm=true`, { date: MONDAY, effect: "busy" });
    expect((await shop.send("POST", OWN, { date: MONDAY })).status).toBe(201);
  });

  it("counts neither cancelled nor past appointments, nor those of others", async () => {
    const { booking } = await shop.book("17:00");
    await shop.cancel(booking.id, shop.admin);
    await shop.book("15:00", { mechanic_id: "grace" });
    await shop.book("09:00");
    shop.clock.set(at(MONDAY, "09:30"));
    expect((await shop.send("POST", OWN, { date: MONDAY })).status).toBe(201);
  });

  it("lists those of all mechanics, by start, where it is the shop's", async () => {
    const grace = await shop.book("15:00", { mechanic_id: "grace" });
    const ada = await shop.book("09:00");
    const warned = await shop.send("POST", "/exceptions", { date: MONDAY });
    expect(listed(warned)).toEqual([ada.booking.id, grace.booking.id]);
  });

  it("lists upcoming ones of any date, where it recurs without an end", async () => {
    const first = await shop.book("09:00", { start: at("2026-02-02", "09:00") });
    await shop.book("09:00", { start: at("2026-02-03", "09:00") });
    const late = await shop.book("09:00", { start: at("2027-01-04", "09:00") });
    const body = { from_date: MONDAY, rrule: "FREQ=MONTHLY;BYDAY=1MO" };
    expect(listed(await shop.send("POST", OWN, body))).toEqual([first.booking.id, late.booking.id]);
  });

  it("counts an appointment that lasts past midnight into the exception's date", async () => {
    await shop.change("PUT", "/mechanics/ada/schedule", {
      weekly_schedule: {
        monday: [{ start_time: "20:00", end_time: "24:00" }],
        tuesday: [{ start_time: "00:00", end_time: "02:00" }],
      },
    });
    const { booking } = await shop.book("23:45");
    expect(listed(await shop.send("POST", OWN, { date: TUESDAY }))).toEqual([booking.id]);
  });
});

describe("a change or deletion that strands appointments", () => {
  const late = { date: MONDAY, effect: "available", start_time: "09:00", end_time: "21:00" };

  it("is warned of: extra hours that are deleted, shortened or cleared", async () => {
    const id = (await shop.send("POST", OWN, late)).body.exception.id as string;
    const { booking } = await shop.book("20:00");
    const shorter = { ...late, end_time: "20:00" };
    const clearing = `${OWN}?from_date=${MONDAY}&to_date=${MONDAY}`;
    const answers = [
      await shop.change("PUT", `${OWN}/${id}`, shorter),
      await shop.send("DELETE", `${OWN}/${id}`),
      await shop.send("DELETE", clearing),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 409, body: { warning: "appointment_conflicts" } });
      expect(listed(answer)).toEqual([booking.id]);
    }
    expect((await shop.change("PUT", `${OWN}/${id}?confirm=true`, shorter)).status).toBe(200);
    expect((await shop.send("DELETE", `${OWN}/${id}`)).status).toBe(200);
  });

  it("is warned of when an absence moves to other appointments", async () => {
    const id = (await shop.send("POST", OWN, { date: TUESDAY })).body.exception.id as string;
    const { booking } = await shop.book("09:00");
    expect(listed(await shop.change("PUT", `${OWN}/${id}`, { date: MONDAY }))).toEqual([booking.id]);
  });

  it("is made without a warning where it only opens hours", async () => {
    await shop.book("09:00");
    const id = (await shop.send("POST", `${OWN}?confirm=true`, { date: MONDAY })).body.exception.id as string;
    expect((await shop.send("DELETE", `${OWN}/${id}`)).status).toBe(200);
  });
});

it("lets no booking in between the check and the exception: each is refused or listed", async () => {
  const times = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"];
  const order = (time: string) => ({
    ...{ service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time) },
    customer: CUSTOMER,
  });
  const [created, ...booked] = await Promise.all([
    shop.send("POST", OWN, { date: MONDAY }),
    ...times.map((time) => shop.client.book(shop.id, order(time))),
  ]);
  const made = booked.filter(({ status }) => status === 201).map(({ body }) => body.booking.id);
  if (created.status === 201) expect(made).toEqual([]);
  else expect(made).toEqual(expect.arrayContaining(listed(created)));
  if (created.status !== 201) expect(listed(created).length).toBeGreaterThan(0);
});
