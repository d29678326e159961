// The plain way to serve availability: nothing is cached, and for every mechanic there is one query for the schedule
// and one for the bookings, in every request. Express, the Admin SDK, and the answer in the same shape.
import type { AddressInfo } from "node:net";
import express from "express";
import { initializeApp } from "firebase-admin/app";
import { getFirestore, type QueryDocumentSnapshot, type Timestamp } from "firebase-admin/firestore";

interface Slot {
  readonly start: string;
  readonly end: string;
  readonly is_free: boolean;
  readonly mechanic_id: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const db = getFirestore(initializeApp({ projectId: process.env.GCLOUD_PROJECT ?? "demo-bench" }));
const app = express();

app.get("/availability", async (request, response) => {
  const { shop_id = "default", date, service_id } = request.query as Record<string, string>;
  const shop = db.doc(`shops/${shop_id}`);
  const [settings, service] = await Promise.all([
    shop.get(),
    service_id === undefined ? undefined : shop.collection("services").doc(service_id).get(),
  ]);
  if (!settings.exists || date === undefined) {
    response.status(404).json({ error: "not_found" });
    return;
  }
  const general = settings.get("policy.default_slot_minutes") as number;
  const length = (service?.get("durations_minutes") as number[] | undefined)?.[0] ?? general;
  const step = service ? (settings.get("policy.slot_interval_minutes") as number) : general;
  const wall = wallMinutes(settings.get("time_zone") as string);
  const mechanics = await shop.collection("mechanics").where("active", "==", true).get();
  const perMechanic = await Promise.all(
    mechanics.docs.map(async ({ id }) => {
      const ofMechanic = (collection: string) => shop.collection(collection).where("mechanic_id", "==", id);
      const [shifts, bookings] = await Promise.all([
        ofMechanic("schedules").get(),
        ofMechanic("bookings").where("date", "==", date).where("status", "==", "confirmed").get(),
      ]);
      const busy = bookings.docs.map((booking) => ({
        start: wall(booking.get("start") as Timestamp),
        end: wall(booking.get("end") as Timestamp),
      }));
      return shifts.docs.flatMap((shift) => slotsOf(id, { date, shift: spanOf(shift), busy, length, step }));
    }),
  );
  const slots = perMechanic.flat();
  slots.sort((a, b) => compare(a.start, b.start) || compare(a.mechanic_id, b.mechanic_id));
  response.json(slots);
});

interface ShiftOfDay {
  readonly date: string;
  readonly shift: Span;
  readonly busy: readonly Span[];
  readonly length: number;
  readonly step: number;
}

function slotsOf(id: string, { date, shift, busy, length, step }: ShiftOfDay): Slot[] {
  const slots: Slot[] = [];
  for (let start = shift.start; start + length <= shift.end; start += step) {
    const end = start + length;
    const taken = busy.some((span) => span.start < end && start < span.end);
    slots.push({ start: wallTime(date, start), end: wallTime(date, end), is_free: !taken, mechanic_id: id });
  }
  return slots;
}

function spanOf(shift: QueryDocumentSnapshot): Span {
  return {
    start: minuteOf(shift.get("start_time") as string),
    end: minuteOf(shift.get("end_time") as string),
  };
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}

function wallTime(date: string, minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`;
}

/** Minutes of the day in the shop's zone. */
function wallMinutes(timeZone: string): (instant: Timestamp) => number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return (instant) => minuteOf(format.format(instant.toDate()));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on("SIGTERM", () => process.exit(0));
