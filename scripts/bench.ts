// npm run bench -- NAME: a table on stdout, and JSON in bench/results/.
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Argument } from "commander";
import { describeCommand } from "./support/cli.ts";
import { root } from "./support/root.mjs";

const modules: Readonly<Record<string, string>> = {
  engine: "bench/engine/main.ts",
  api: "bench/api/main.ts",
  booking: "bench/booking/main.ts",
  stream: "bench/stream/main.ts",
  emulator: "emulator/bench/main.ts",
};

const [name = ""] = describeCommand("bench", "Measures one part of slotbay.")
  .addArgument(new Argument("<name>", "what to measure").choices(Object.keys(modules)))
  .parse().processedArgs as [string];

const cores = cpus();
const memory = Math.round(totalmem() / 2 ** 30);
console.log(
  `${cores[0]?.model ?? "unknown CPU"}, ${cores.length} cores, ${memory} GB, Node ${process.version}`,
);
const { run } = (await import(pathToFileURL(join(root, modules[name] ?? "")).href)) as {
  run: () => Promise<void>;
};
await run();
