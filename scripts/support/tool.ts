import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);

/** Runs the program a development dependency installs and resolves with its exit code. */
export async function runTool(
  packageName: string,
  args: readonly string[],
  binName = packageName,
): Promise<number> {
  const child = spawn(process.execPath, [programOf(packageName, binName), ...args], { stdio: "inherit" });
  // A terminal sends Ctrl-C to the tool as well; here it only must not end us before the tool has.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  const forward = (): void => void child.kill("SIGTERM");
  process.on("SIGTERM", forward);
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  process.off("SIGINT", ignore).off("SIGTERM", forward);
  return code;
}

/** Started directly with Node rather than through node_modules/.bin, whose shims are no JavaScript on Windows. */
function programOf(packageName: string, binName: string): string {
  const folder = packageFolder(packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  const program = typeof bin === "string" ? bin : bin[binName];
  if (!program) throw new Error(`${packageName} has no program named ${binName}`);
  return join(folder, program);
}

/** Looked up by folder: a package's `exports` may hide its package.json. */
function packageFolder(packageName: string): string {
  const paths = require.resolve.paths(packageName) ?? [];
  for (const path of paths) {
    const folder = join(path, packageName);
    try {
      readFileSync(join(folder, "package.json"));
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(`${packageName} is not installed under ${dirname(paths[0] ?? ".")}`);
}
