import { latenciesOf, type Latencies } from "../support/latency.ts";
import { BENCH_PROJECT, type Stage } from "../support/servers.ts";
import { DATE, mechanicId, seedBenchShop } from "../support/shop.ts";
import { printTable } from "../table.ts";
import { admin } from "../../test/support/token.ts";

const SHOP = "bench-schedule";
const MECHANICS = 20;
const CHANGES = 60;

interface ChangeRow {
  readonly name: string;
  /** From the moment the change is sent to the moment an answer that shows it has arrived. */
  readonly fromRequest: Latencies;
  /** From the change's answer. */
  readonly fromAnswer: Latencies;
}

/** Measures how soon availability shows a changed schedule. The first answer after the change's must show it. */
export async function measureScheduleChanges(stage: Stage): Promise<ChangeRow[]> {
  await seedBenchShop(stage.db, { id: SHOP, mechanics: MECHANICS, bookingsEach: 4 });
  const own = await stage.api();
  const other = await stage.api({ LEVEL1_SECONDS: "0" });
  const rows = [
    await measure("the same instance", own.url, own.url),
    await measure("another instance, without level 1", own.url, other.url),
  ];
  printTable(
    `A changed schedule until availability of ${MECHANICS} mechanics shows it, in ms after it was sent and answered`,
    ["asked of", "sent p50", "sent p95", "answered p50", "answered p95"],
    rows.map(({ name, fromRequest: sent, fromAnswer: answered }) => [
      name,
      sent.p50,
      sent.p95,
      answered.p50,
      answered.p95,
    ]),
  );
  return rows;
}

async function measure(name: string, changing: string, asked: string): Promise<ChangeRow> {
  const [fromRequest, fromAnswer]: [number[], number[]] = [[], []];
  for (let change = 0; change < CHANGES; change += 1) {
    const opens = change % 2 === 0 ? "09:00" : "10:00";
    const sentAt = performance.now();
    await putSchedule(changing, opens);
    const answeredAt = performance.now();
    const first = await firstStart(asked);
    if (!first.includes(opens)) throw new Error(`opens at ${opens}, but the next answer shows ${first}`);
    fromRequest.push(performance.now() - sentAt);
    fromAnswer.push(performance.now() - answeredAt);
  }
  return { name, fromRequest: latenciesOf(fromRequest), fromAnswer: latenciesOf(fromAnswer) };
}

async function putSchedule(url: string, opens: string): Promise<void> {
  const wednesday = [{ start_time: opens, end_time: "17:00" }];
  const response = await fetch(`${url}/v1/shops/${SHOP}/mechanics/${mechanicId(0)}/schedule?confirm=true`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": "*", ...admin(SHOP, BENCH_PROJECT) },
    body: JSON.stringify({ weekly_schedule: { wednesday } }),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** The start of the first slot of the mechanic. */
async function firstStart(url: string): Promise<string> {
  const path = `/availability?shop_id=${SHOP}&date=${DATE}`;
  const slots = (await (await fetch(url + path)).json()) as { start: string; mechanic_id: string }[];
  return slots.find(({ mechanic_id }) => mechanic_id === mechanicId(0))?.start ?? "no slot";
}
