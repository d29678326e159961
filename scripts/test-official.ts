// npm run test:official [-- vitest's own arguments]: the product's tests on Google's own Firestore emulator.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { giveUp } from "./support/cli.ts";
import { LOCAL_PROJECT } from "./support/local-project.ts";
import { root } from "./support/root.mjs";

const JAVA_NEEDED = 21;
const FOLDERS = ["integration", "races", "rules", "availability", "lifecycle"];

const java = spawnSync("java", ["-version"], { encoding: "utf8" });
if (java.error) {
  giveUp(`npm run test:official needs Java ${JAVA_NEEDED} or newer, and there is no java on the PATH.`);
}
const found = /version "(\d+)[^"]*"/.exec(java.stderr);
if (Number(found?.[1] ?? 0) < JAVA_NEEDED) {
  const version = found?.[0] ?? "of unknown version";
  giveUp(`npm run test:official needs Java ${JAVA_NEEDED} or newer; the java on the PATH is ${version}.`);
}

const own = process.argv.slice(2);
const tests = [
  join(root, "node_modules/vitest/vitest.mjs"),
  ...["run", "--project", "integration"],
  ...(own.some((argument) => argument.startsWith("test/")) ? [] : FOLDERS.map((folder) => `test/${folder}/`)),
  ...own,
];
const firebase = join(root, "tools/firebase-tools/node_modules/firebase-tools/lib/bin/firebase.js");
const { status } = spawnSync(
  process.execPath,
  [
    firebase,
    "emulators:exec",
    ...["--only", "firestore", "--project", LOCAL_PROJECT],
    [process.execPath, ...tests].map(quoted).join(" "),
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      // Tests that need our emulator's meter or faults are skipped.
      OFFICIAL_EMULATOR: "1",
      METADATA_SERVER_DETECTION: "none",
      CI: "1",
      NO_UPDATE_NOTIFIER: "1",
    },
  },
);
process.exitCode = status ?? 1;

/** firebase-tools hands the command to a shell. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
