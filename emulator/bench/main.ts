import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CASES } from "./cases.ts";
import { measure } from "./measure.ts";
import type { Outcome } from "./measure.ts";
import { startOther, startThis } from "./servers.ts";
import type { BenchServer } from "./servers.ts";

const RESULTS = fileURLToPath(new URL("../../bench/results/", import.meta.url));

interface Row {
  readonly case: string;
  readonly this: Outcome;
  readonly other: Outcome;
}

/** Measures every case on both emulators, one server at a time, prints the table and writes the JSON beside it. */
export async function run(): Promise<void> {
  const rows: Row[] = [];
  for (const bench of CASES) {
    const ours = await onFreshServer(startThis, (server) => measure(server, bench));
    const other = await onFreshServer(startOther, (server) => measure(server, bench));
    rows.push({ case: bench.name, this: ours, other });
    if (rows.length === 1) console.log(line(["case", "this (op/s, p50)", "other (op/s, p50)", "ratio"]));
    console.log(line([bench.name, cell(ours), cell(other), ratio(ours, other)]));
  }
  console.log("other: @firestore-emulator/server; each case on a fresh server in a process of its own");
  for (const { case: name, other } of rows) {
    if ("failure" in other) console.log(`${name}: the other failed: ${other.failure}`);
  }
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}emulator.json`, `${JSON.stringify(rows, null, 2)}\n`);
}

async function onFreshServer<T>(
  start: () => Promise<BenchServer>,
  use: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await start();
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

function line(cells: readonly string[]): string {
  const widths = [32, 24, 24, 8];
  return cells.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join("");
}

function cell(outcome: Outcome): string {
  if ("failure" in outcome) return "failed";
  return `${Math.round(outcome.perSecond).toLocaleString("en-US")}, ${outcome.p50Millis.toFixed(2)} ms`;
}

function ratio(ours: Outcome, other: Outcome): string {
  if ("failure" in ours || "failure" in other) return "-";
  return `${(ours.perSecond / other.perSecond).toFixed(1)}x`;
}
