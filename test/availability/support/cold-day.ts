// Generates one cold day of a shop in a process of its own and prints what memory that took, in bytes, as JSON.
import { millis } from "../../../functions/src/engine/units.ts";
import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { legacyAnswer } from "../../../functions/src/availability/answers/slots.ts";
import { readConfig } from "../../../functions/src/config.ts";
import { createContext } from "../../../functions/src/context.ts";
import { Cost } from "../../../functions/src/platform/scope.ts";
import { forgetPeak, peakMemory } from "./peak-memory.ts";

const [projectId = "", shopId = "", warmUpShopId = "", date = ""] = process.argv.slice(2);
const db = getFirestore(initializeApp({ projectId }));
const context = createContext({ db, config: { ...readConfig(), level1Seconds: 0 } });

async function answer(shop: string): Promise<number> {
  const scope = { now: millis(Date.now()), cost: new Cost() };
  const ask = { shopId: shop, dates: [date], fresh: false, forService: false };
  const found = await context.availability.daysForAnswer(ask, scope);
  const content = found.ok ? found.value.days.get(date) : undefined;
  if (!found.ok || !content) throw new Error("there is no such day");
  const selection = { service: undefined, durationMinutes: 60, mechanicId: undefined };
  const asked = { shop: found.value.shop, date, content, selection, now: scope.now };
  return JSON.stringify(legacyAnswer(asked)).length;
}

// Connections, code and the zone's clock are not what one day costs.
await answer(warmUpShopId);
gc?.();
const heapBefore = process.memoryUsage().heapUsed;
forgetPeak();
const before = peakMemory();
const bytes = await answer(shopId);
const transient = peakMemory() - before;
gc?.();
const kept = process.memoryUsage().heapUsed - heapBefore;
console.log(`measured ${JSON.stringify({ transient, kept, bytes })}`);
process.exit(0);
