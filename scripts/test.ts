// npm test [-- vitest's own arguments]: every test but the long ones, which `npm run verify` adds.
import { runTool } from "./support/tool.ts";

const own = process.argv.slice(2);
const namesProject = own.some((argument) => argument.startsWith("--project"));
process.exitCode = await runTool("vitest", ["run", ...(namesProject ? [] : ["--project", "!long"]), ...own]);
