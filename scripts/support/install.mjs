import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./root.mjs";

/** Installs the workspaces' dependencies unless node_modules already matches package-lock.json. */
export async function installRoot() {
  await installUnlessCurrent(root, "the dependencies", ["ci", "--ignore-scripts"]);
}

/** firebase-tools has a folder of its own: 222 MB that only `start`, the end-to-end test and a deployment need. */
export async function installFirebaseTools() {
  const arguments_ = ["ci", "--omit=optional", "--ignore-scripts"];
  await installUnlessCurrent(join(root, "tools/firebase-tools"), "firebase-tools", arguments_);
}

/** Runs `task` while no other process of this checkout installs or builds. */
export async function exclusively(task) {
  const lock = join(root, ".cache/install.lock");
  mkdirSync(join(root, ".cache"), { recursive: true });
  for (let waiting = false; !take(lock); waiting = true) {
    if (!waiting) note("waiting for another slotbay command to finish installing or building …");
    await sleep(100);
  }
  try {
    return await task();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Prints a status line, on stderr because stdout is for the command's output. */
export function note(message) {
  console.error(`slotbay: ${message}`);
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    removeIfAbandoned(lock);
    return false;
  }
}

function removeIfAbandoned(lock) {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    // An empty file is being written by its owner.
    if (owner > 0) process.kill(owner, 0);
  } catch (error) {
    if (error.code === "ESRCH") rmSync(lock, { force: true });
  }
}

async function installUnlessCurrent(folder, what, npmArguments) {
  const lockfile = readFileSync(join(folder, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lockfile).digest("hex");
  const stamp = join(folder, "node_modules/.slotbay-lock-hash");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  if (!matchesLockfile(folder, lockfile)) {
    note(`installing ${what} (npm ${npmArguments.join(" ")}) …`);
    await npm(folder, npmArguments);
  }
  writeFileSync(stamp, hash);
}

/** Whether npm, called by hand, left exactly the packages of the lockfile: npm writes its own copy when it finishes. */
function matchesLockfile(folder, lockfile) {
  const installedFile = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(JSON.parse(lockfile).packages).every(
    ([path, { version, optional }]) =>
      !path.includes("node_modules/") || optional || (installed[path] && installed[path].version === version),
  );
}

async function npm(folder, npmArguments) {
  // Called by `npm run`, the very npm that runs us; otherwise the one on the PATH.
  const cli = process.env.npm_execpath;
  const [file, ...prefix] = cli?.endsWith(".js") ? [process.execPath, cli] : ["npm"];
  const child = spawn(file, [...prefix, ...npmArguments, "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, npm_config_workspace: undefined },
  });
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0)
    throw new Error(`${Buffer.concat(output).toString()}npm ${npmArguments[0]} failed in ${folder}`);
}
