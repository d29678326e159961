import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CASES } from "./cases.ts";
import { measure } from "./measure.ts";
import type { Outcome } from "./measure.ts";
import { startOther, startThis } from "./servers.ts";

const RESULTS = fileURLToPath(new URL("../../bench/results/", import.meta.url));

interface Row {
  readonly case: string;
  readonly this: Outcome;
  readonly other: Outcome;
}

/** Measures every case on both emulators, prints the table and writes the JSON beside it. */
export async function run(): Promise<void> {
  const rows: Row[] = [];
  console.log(line(["case", "this (op/s, p50)", "other (op/s, p50)", "ratio"]));
  for (const bench of CASES) {
    const servers = [await startThis(), await startOther()];
    try {
      const [ours, other] = (await measure(servers, bench)) as [Outcome, Outcome];
      const { name } = bench();
      rows.push({ case: name, this: ours, other });
      console.log(line([name, cell(ours), cell(other), ratio(ours, other)]));
    } finally {
      for (const server of servers) await server.stop();
    }
  }
  console.log("other: @firestore-emulator/server; both are restarted for each case and take turns");
  for (const { case: name, other } of rows) {
    if ("failure" in other) console.log(`${name}: the other has no figure: ${other.failure}`);
  }
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}emulator.json`, `${JSON.stringify(rows, null, 2)}\n`);
}

function line(cells: readonly string[]): string {
  const widths = [32, 24, 24, 8];
  return cells.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join("");
}

function cell(outcome: Outcome): string {
  if ("failure" in outcome) return "n/a";
  return `${Math.round(outcome.perSecond).toLocaleString("en-US")}, ${outcome.p50Millis.toFixed(2)} ms`;
}

function ratio(ours: Outcome, other: Outcome): string {
  if ("failure" in ours || "failure" in other) return "-";
  return `${(ours.perSecond / other.perSecond).toFixed(1)}x`;
}
