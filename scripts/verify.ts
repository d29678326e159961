// npm run verify: the checks of CI. Every check runs even if one has failed, so that one run shows every failure.
import { runTool } from "./support/tool.ts";

const CRUISED = ["functions/src", "emulator/src", "scripts", "test", "bench"];

const checks: ReadonlyArray<{ title: string; run: () => Promise<number> }> = [
  { title: "types", run: () => runTool("typescript", ["-p", ".", "--noEmit"], "tsc") },
  { title: "lint", run: () => runTool("eslint", [".", "--max-warnings", "0"]) },
  { title: "format", run: () => runTool("prettier", ["--check", "--log-level", "warn", "."]) },
  {
    title: "architecture",
    run: () =>
      runTool("dependency-cruiser", ["--config", ".dependency-cruiser.cjs", ...CRUISED], "depcruise"),
  },
  { title: "dead code", run: () => runTool("knip", []) },
  { title: "tests", run: () => runTool("vitest", ["run", ...process.argv.slice(2)]) },
];

const failed: string[] = [];
for (const { title, run } of checks) {
  const startedAt = performance.now();
  console.log(`\n── ${title}`);
  const code = await run();
  console.log(`${code === 0 ? "ok" : "FAILED"} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (code !== 0) failed.push(title);
}
console.log(failed.length === 0 ? "\nverify: all checks passed" : `\nverify: FAILED: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
