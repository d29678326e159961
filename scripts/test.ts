// npm test [-- vitest's own arguments]
import { runTool } from "./support/tool.ts";

process.exitCode = await runTool("vitest", ["run", ...process.argv.slice(2)]);
