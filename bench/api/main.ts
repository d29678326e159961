import { printTable, writeResults } from "../table.ts";
import { openStage, type Stage } from "../support/servers.ts";
import { DATE, datesFrom, SERVICE, seedBenchShop } from "../support/shop.ts";
import { measure, type Load, type Measured } from "./load.ts";
import { admin } from "../../test/support/token.ts";
import { measureCalendars } from "./calendars.ts";
import { measureRanges } from "./ranges.ts";
import { measureScheduleChanges } from "./schedule-changes.ts";

const CACHED: Load = { connections: 10, seconds: 3 };
const COLD: Load = { connections: 4, seconds: 3 };
const LARGE: Load = { connections: 1, seconds: 3 };

const GENERAL = "";
const FOR_SERVICE = `&service_id=${SERVICE}`;

interface Row {
  readonly name: string;
  readonly slotbay: Measured;
  readonly plain: Measured;
  readonly ratio: number;
}

/** Compares availability from every cache level with a service that has no cache, on the same documents. */
export async function run(): Promise<void> {
  const stage = await openStage();
  try {
    const rows = await compare(stage);
    print(rows);
    const ranges = await measureRanges(stage);
    const calendars = await measureCalendars(stage);
    const scheduleChanges = await measureScheduleChanges(stage);
    writeResults("api", { date: DATE, rows, ranges, calendars, scheduleChanges });
  } finally {
    await stage.close();
  }
}

async function compare(stage: Stage): Promise<Row[]> {
  const sizes = [20, 200, 1000];
  for (const mechanics of sizes) {
    await seedBenchShop(stage.db, { id: shopOf(mechanics), mechanics, bookingsEach: 4 });
  }
  const [level2, level1, plain] = await Promise.all([
    stage.api({ LEVEL1_SECONDS: "0" }),
    stage.api({ LEVEL1_SECONDS: "60" }),
    stage.plain("bench/api/plain.ts"),
  ]);
  const rows: Row[] = [];
  for (const mechanics of sizes) {
    const path = (query: string, date = DATE) =>
      `/availability?shop_id=${shopOf(mechanics)}&date=${date}${query}`;
    const [general, service] = [path(GENERAL), path(FOR_SERVICE)];
    const many = datesFrom(DATE, CACHED.connections).map((date) => path(GENERAL, date));
    const large = mechanics >= 1000;
    await requireSameAnswers([level2.url, level1.url, plain.url], large ? [general] : [...many, service]);
    const plainGeneral = await measure(plain.url, [general], large ? LARGE : COLD);
    const add = (name: string, slotbay: Measured, other: Measured) =>
      rows.push({
        name: `${mechanics} mechanics, ${name}`,
        slotbay,
        plain: other,
        ratio: slotbay.requestsPerSecond / other.requestsPerSecond,
      });
    const load = { ...(large ? LARGE : COLD), headers: admin(shopOf(mechanics)) };
    const cold = await measure(level2.url, [`${general}&fresh=true`], load);
    add("cold", cold, plainGeneral);
    if (large) continue;
    const plainService = await measure(plain.url, [service], COLD);
    const plainMany = await measure(plain.url, many, COLD);
    add("cached (level 2)", await measure(level2.url, [general], CACHED), plainGeneral);
    add("cached (level 2), a date each", await measure(level2.url, many, CACHED), plainMany);
    add("cached (level 1)", await measure(level1.url, [general], CACHED), plainGeneral);
    add("of a service (level 2)", await measure(level2.url, [service], CACHED), plainService);
    add("of a service (level 1)", await measure(level1.url, [service], CACHED), plainService);
  }
  return rows;
}

function shopOf(mechanics: number): string {
  return `bench-${mechanics}`;
}

/** Throws unless all servers give the same answers. Also fills the caches. */
async function requireSameAnswers(urls: readonly string[], paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const answers = await Promise.all(urls.map(async (url) => (await fetch(url + path)).text()));
    if (new Set(answers).size !== 1 || answers[0]?.startsWith("[{") !== true) {
      throw new Error(
        `${path}: the implementations differ: ${answers.map((answer) => answer.slice(0, 300)).join("\n")}`,
      );
    }
  }
}

function print(rows: readonly Row[]): void {
  printTable(
    "GET /availability, requests per second (slotbay: `npm run api`; plain: two queries per mechanic, no cache)",
    ["case", "slotbay", "plain", "ratio"],
    rows.map(({ name, slotbay, plain, ratio }) => [
      name,
      slotbay.requestsPerSecond,
      plain.requestsPerSecond,
      ratio,
    ]),
  );
  printTable(
    `Latency in ms (${CACHED.connections} connections cached, ${COLD.connections} cold and plain, 1 with 1000 mechanics)`,
    ["case", "p50", "p95", "p99", "plain p50", "plain p95", "plain p99", "ratio of p95"],
    rows.map(({ name, slotbay, plain }) => [
      name,
      slotbay.p50,
      slotbay.p95,
      slotbay.p99,
      plain.p50,
      plain.p95,
      plain.p99,
      plain.p95 / slotbay.p95,
    ]),
  );
}
