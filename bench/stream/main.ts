import { EventClient } from "../../test/support/event-source.ts";
import { latenciesOf, type Latencies } from "../support/latency.ts";
import { openStage } from "../support/servers.ts";
import { DATE, SERVICE, seedBenchShop } from "../support/shop.ts";
import { printTable, writeResults } from "../table.ts";

const SHOP = "bench-stream";
const MECHANICS = 20;
const BOOKINGS = 60;
const SUBSCRIBERS = [1, 50];
const PROMISED_MS = 100;

interface Row {
  readonly subscribers: number;
  /** From the moment the booking is sent to the moment the last subscriber has been told. */
  readonly fromRequest: Latencies;
  /** From its answer; negative where subscribers are told before the one who booked. */
  readonly fromAnswer: Latencies;
}

/** Measures how soon a booking made through `api` reaches subscribers of `streams`. */
export async function run(): Promise<void> {
  const stage = await openStage();
  try {
    await seedBenchShop(stage.db, { id: SHOP, mechanics: MECHANICS, bookingsEach: 2 });
    const [booking, streaming] = [await stage.api(), await stage.streams()];
    const rows: Row[] = [];
    for (const subscribers of SUBSCRIBERS) {
      rows.push(await measure(booking.url, streaming.url, subscribers));
    }
    const columns = [
      "subscribers",
      "sent p50",
      "sent p95",
      "sent p99",
      "answered p50",
      "answered p95",
      "answered p99",
    ];
    const cells = rows.map(({ subscribers, fromRequest: sent, fromAnswer: answered }) => {
      return [subscribers, sent.p50, sent.p95, sent.p99, answered.p50, answered.p95, answered.p99];
    });
    const title = `A booking seen by every subscriber, in ms after it was sent and answered (${MECHANICS} mechanics)`;
    printTable(title, columns, cells);
    writeResults("stream", { date: DATE, promised_ms: PROMISED_MS, rows });
    const slow = rows.filter(({ fromAnswer }) => fromAnswer.p95 > PROMISED_MS);
    if (slow.length > 0)
      throw new Error(`more than ${PROMISED_MS} ms after its answer at the 95th percentile`);
  } finally {
    await stage.close();
  }
}

async function measure(bookingUrl: string, streamingUrl: string, subscribers: number): Promise<Row> {
  const path = `/v1/shops/${SHOP}/slots/stream?date=${DATE}&service_id=${SERVICE}`;
  const clients = await Promise.all(
    Array.from({ length: subscribers }, () => EventClient.connect(streamingUrl + path)),
  );
  const [first] = await Promise.all(clients.map((client) => client.next()));
  const slots = first?.data.slots.slice(-BOOKINGS) ?? [];
  if (slots.length < BOOKINGS) throw new Error("too few free slots");
  const [fromRequest, fromAnswer]: [number[], number[]] = [[], []];
  for (const slot of slots) {
    const sentAt = performance.now();
    const answered = await book(bookingUrl, slot.id);
    const events = await Promise.all(clients.map((client) => client.next()));
    if (events.some(({ event, data }) => event !== "removed" || data.slots[0]?.id !== slot.id)) {
      throw new Error("the event is about something else");
    }
    const seenAt = Math.max(...events.map(({ at }) => at));
    fromRequest.push(seenAt - sentAt);
    fromAnswer.push(seenAt - answered);
  }
  clients.forEach((client) => client.close());
  return { subscribers, fromRequest: latenciesOf(fromRequest), fromAnswer: latenciesOf(fromAnswer) };
}

/** Resolves with the moment of the answer. */
async function book(url: string, slot_id: string): Promise<number> {
  const response = await fetch(`${url}/v1/shops/${SHOP}/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ slot_id, customer: { name: "Bench" } }),
  });
  const answeredAt = performance.now();
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return answeredAt;
}
