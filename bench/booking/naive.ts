// The naive way to take bookings: look whether the time is free, then write. Two requests that look at the same
// moment both find it free.
import type { AddressInfo } from "node:net";
import express from "express";
import { initializeApp } from "firebase-admin/app";
import { getFirestore, Timestamp } from "firebase-admin/firestore";
import { MINUTE_MS } from "../../functions/src/engine/units.ts";

const db = getFirestore(initializeApp({ projectId: process.env.GCLOUD_PROJECT ?? "demo-bench" }));
const app = express();
app.use(express.json());

interface Wanted {
  readonly mechanic_id: string;
  readonly service_id: string;
  readonly start: string;
}

app.post("/v1/shops/:shop/bookings", async (request, response) => {
  const { mechanic_id, service_id, start } = request.body as Wanted;
  const shop = db.doc(`shops/${request.params.shop}`);
  const service = await shop.collection("services").doc(service_id).get();
  const length = (service.get("durations_minutes") as number[])[0] ?? 0;
  const from = Date.parse(start);
  const until = from + length * MINUTE_MS;
  const date = start.slice(0, 10);
  const bookings = shop.collection("bookings");
  const others = await bookings.where("mechanic_id", "==", mechanic_id).where("date", "==", date).get();
  const taken = others.docs.some((other) => {
    const [otherStart, otherEnd] = [other.get("start") as Timestamp, other.get("end") as Timestamp];
    return otherStart.toMillis() < until && from < otherEnd.toMillis();
  });
  if (taken) {
    response.status(409).json({ error: "slot_taken" });
    return;
  }
  const record = {
    mechanic_id,
    service_id,
    date,
    start: Timestamp.fromMillis(from),
    end: Timestamp.fromMillis(until),
    status: "confirmed",
  };
  const { id } = await bookings.add(record);
  response.status(201).json({ booking: { id, mechanic_id, start } });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on("SIGTERM", () => process.exit(0));
