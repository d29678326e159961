import { expect, it } from "vitest";
import { mechanicDayKey } from "../../functions/src/reservations/mechanic-day-key.ts";
import type { BookingBody, ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { Gate } from "../support/gate.ts";
import { waitFor } from "../support/wait-for.ts";
import { at, CUSTOMER, everyDay, MONDAY } from "../support/shop.ts";
import { openShop, token, type Shop } from "./support.ts";

const project = openProject("attempt-time");
const { db } = project;

/** Lets requests arrive while the queue `key` is occupied, changes the clock, and lets the requests continue. */
async function afterWaiting<T>(
  { instance, clock }: Shop,
  { key, now, waiting = 1 }: { key: string; now: string; waiting?: number },
  requests: () => Promise<T>,
): Promise<T> {
  const gate = new Gate();
  const occupied = instance.context.queue.run(key, () => gate.pass());
  const answers = requests();
  await waitFor(() => instance.context.queue.length(key) > waiting);
  clock.set(now);
  gate.open();
  await occupied;
  return answers;
}

const keyOf = (shop: Shop) => mechanicDayKey(shop.id, "ada", MONDAY);
const slot = (time: string) => ({ service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time) });
const hold = ({ client, id }: Shop, time: string, session_id: string) =>
  client.post<ErrorBody & { hold_id: string; reserved_until: string }>(`/v1/shops/${id}/holds`, {
    ...slot(time),
    session_id,
  });

it("refuses a booking whose start has passed while it waited in the queue", async () => {
  const shop = await openShop(project, "late-booking");
  shop.clock.set(at(MONDAY, "08:59"));
  const book = () => shop.client.book(shop.id, { ...slot("09:00"), customer: CUSTOMER });
  const answer = await afterWaiting(shop, { key: keyOf(shop), now: at(MONDAY, "09:01") }, book);
  expect(answer).toMatchObject({ status: 409, body: { error: "too_soon" } });
  const starts = (answer.body.details?.alternatives ?? []).map(({ start }) => start);
  expect(starts[0]).toBe(at(MONDAY, "09:30"));
});

it("refuses a booking that came nearer than the lead time while it waited", async () => {
  const shop = await openShop(project, "late-lead", { shop: { policy: { lead_time_minutes: 60 } } });
  shop.clock.set(at(MONDAY, "07:59"));
  const book = () => shop.client.book(shop.id, { ...slot("09:00"), customer: CUSTOMER });
  const answer = await afterWaiting(shop, { key: keyOf(shop), now: at(MONDAY, "08:01") }, book);
  expect(answer).toMatchObject({ status: 409, body: { error: "too_soon" } });
});

it("refuses a hold whose start has passed while it waited", async () => {
  const shop = await openShop(project, "late-hold");
  shop.clock.set(at(MONDAY, "08:59"));
  const answer = await afterWaiting(shop, { key: keyOf(shop), now: at(MONDAY, "09:01") }, () =>
    hold(shop, "09:00", "s"),
  );
  expect(answer).toMatchObject({ status: 409, body: { error: "too_soon" } });
});

it("refuses a move to a start that has passed while it waited", async () => {
  const shop = await openShop(project, "late-move");
  const booked = await shop.book("15:00");
  shop.clock.set(at(MONDAY, "08:59"));
  const key = `${shop.id}/bookings/${booked.booking.id}`;
  const move = () => shop.move(booked.booking.id, { start: at(MONDAY, "09:00") }, token(booked));
  const answer = await afterWaiting(shop, { key, now: at(MONDAY, "09:01") }, move);
  expect(answer).toMatchObject({ status: 409, body: { error: "too_soon" } });
});

it("lets a hold that expired while a booking waited count for nothing", async () => {
  const shop = await openShop(project, "expired-meanwhile", {
    mechanics: {
      ada: {
        specialties: ["inspection"],
        weekly_schedule: everyDay("09:00-17:00"),
        max_bookings_per_day: 1,
      },
    },
  });
  await hold(shop, "09:00", "somebody");
  const book = () => shop.client.book(shop.id, { ...slot("09:00"), customer: CUSTOMER });
  const answer = await afterWaiting(shop, { key: keyOf(shop), now: at("2026-01-12", "07:10") }, book);
  expect(answer.status).toBe(201);
});

it("refuses a booking whose own hold has expired while it waited", async () => {
  const shop = await openShop(project, "own-expired");
  const { body } = await hold(shop, "09:00", "mine");
  const use = { ...slot("09:00"), hold_id: body.hold_id, session_id: "mine", customer: CUSTOMER };
  const book = () => shop.client.book(shop.id, use);
  const answer = await afterWaiting(shop, { key: keyOf(shop), now: at("2026-01-12", "07:10") }, book);
  expect(answer).toMatchObject({ status: 410, body: { error: "hold_expired" } });
});

it("dates a booking, and the end of a hold, by the attempt that made them", async () => {
  const shop = await openShop(project, "dated");
  const requests = () =>
    Promise.all([
      shop.client.book(shop.id, { ...slot("09:00"), customer: CUSTOMER }),
      hold(shop, "10:00", "session"),
    ]);
  const [booked, held] = await afterWaiting(
    shop,
    { key: keyOf(shop), now: at("2026-01-12", "07:05"), waiting: 2 },
    requests,
  );
  expect(booked.body.booking).toMatchObject({ created_at: "2026-01-12T12:05:00.000Z" } satisfies Partial<
    BookingBody["booking"]
  >);
  expect(held.body.reserved_until).toBe(at("2026-01-12", "07:15"));
  const audit = await db.collection(`shops/${shop.id}/audit`).get();
  expect(audit.docs[0]?.get("at").toMillis()).toBe(shop.clock.now());
});
