import { addDays } from "../../functions/src/engine/dates.ts";
import { millis, toMinutes } from "../../functions/src/engine/units.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import { LOCAL_PROJECT } from "../support/local-project.ts";
import type { Ports } from "./ports.ts";

export interface ReadyBlockInput {
  readonly ports: Ports;
  readonly shop: string;
  readonly logFile: string;
  /** Where data is kept between runs; null when it is not. */
  readonly dataFolder: string | null;
}

/** The service that every mechanic of the demo shop offers. */
const SERVICE = "oil_change";
const DAYS_SEARCHED = 14;

interface FreeSlot {
  readonly start: string;
  readonly mechanic_id: string;
}

/** The text shown once everything answers; its `curl` lines name a slot that is free now. */
export async function readyBlock(input: ReadyBlockInput): Promise<string> {
  const { ports, shop, logFile, dataFolder } = input;
  const site = `http://127.0.0.1:${ports.hosting}`;
  const slot = await firstFreeSlot(site, shop);
  const functions = `http://127.0.0.1:${ports.functions}/${LOCAL_PROJECT}/us-central1`;
  const lines = [
    "",
    `slotbay is ready, with the demo shop "${shop}".`,
    "",
    `  site and API  ${site}`,
    `  function      ${functions}/api`,
    `  streams       ${functions}/streams`,
    `  Firestore     FIRESTORE_EMULATOR_HOST=127.0.0.1:${ports.firestore}`,
    `  Auth          FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:${ports.auth}`,
    `  log           ${logFile}`,
    "",
    ...(slot
      ? curlLines(site, slot)
      : [`  The demo shop has no free slot in the next ${DAYS_SEARCHED} days.`]),
    "",
    `Stop with Ctrl-C. ${keptLine(dataFolder)}`,
    "",
  ];
  return lines.join("\n");
}

function curlLines(site: string, slot: FreeSlot): string[] {
  const date = slot.start.slice(0, 10);
  const booking = {
    service_id: SERVICE,
    mechanic_id: slot.mechanic_id,
    start: slot.start,
    customer: { name: "Ada Lovelace", email: "ada@example.com" },
  };
  return [
    `  Who is free on ${date}?`,
    `    curl '${site}/availability?date=${date}'`,
    "  And for an oil change?",
    `    curl '${site}/availability?date=${date}&service_id=${SERVICE}'`,
    "  May I have that slot? (Ask twice: the second answer is a refusal with alternatives.)",
    `    curl -X POST '${site}/bookings' -H 'content-type: application/json' -d '${JSON.stringify(booking)}'`,
    "  Where does an answer come from? (X-Cache: MISS if generated, then L1 or HIT from the cache.)",
    `    curl -I '${site}/availability?date=${date}'`,
  ];
}

function keptLine(dataFolder: string | null): string {
  return dataFolder === null
    ? "Nothing is kept."
    : `Data is kept in ${dataFolder}/; \`npm start -- --fresh\` starts with a new demo shop and keeps nothing.`;
}

/** A free slot, requested from the API so that the function's code is loaded before the user's first request. */
async function firstFreeSlot(site: string, shop: string): Promise<FreeSlot | undefined> {
  const shopAnswer = await getJson<{ time_zone: string }>(`${site}/v1/shops/${shop}`);
  const from = addDays(dateOf(shopAnswer.time_zone, toMinutes(millis(Date.now()))), 1);
  const to = addDays(from, DAYS_SEARCHED - 1);
  const query = new URLSearchParams({ from, to, service_id: SERVICE });
  const { slots } = await getJson<{ slots: FreeSlot[] }>(
    `${site}/v1/shops/${shop}/slots?${query.toString()}`,
  );
  // The demo shop has a night shift, which is a poor first impression.
  return slots.find(({ start }) => start.slice(11, 16) >= "09:00") ?? slots[0];
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
