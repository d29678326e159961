// npm run deploy: deploys everything to a Firebase project, without a question.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkParameters, type CheckedParameters } from "./deploy/parameters.ts";
import { readManifest } from "./deploy/manifest.ts";
import { describeCommand, giveUp, projectId } from "./support/cli.ts";
import { note } from "./support/install.mjs";
import { root } from "./support/root.mjs";

const FIREBASE = "tools/firebase-tools/node_modules/firebase-tools/lib/bin/firebase.js";

const { project, dryRun } = describeCommand(
  "deploy",
  "Deploys functions, rules, indexes and hosting to a Firebase project; never asks.",
)
  .requiredOption("--project <id>", "the project to deploy to", projectId)
  .option("--dry-run", "check the parameters and print the command, without contacting anything", false)
  .parse()
  .opts<{ project: string; dryRun: boolean }>();
if (project.startsWith("demo-"))
  giveUp(`${project} is a local project: ids that begin with demo- are never deployed`);

const file = `functions/.env.${project}`;
const before = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
const { parameters } = readManifest(project, new Map());
const checked = checkParameters(parameters, before);
const problems = [...checked.problems, ...regionProblems(checked)];
if (problems.length > 0)
  giveUp(`${problems.join("\n")}\nCorrect ${file}, one NAME=value a line, and try again.`);
report(checked);

// --force: the Firebase CLI otherwise stops to ask about functions that are retried or were removed.
const args = ["deploy", "--project", project, "--non-interactive", "--force"];
if (dryRun) {
  console.log(`would run: node ${FIREBASE} ${args.join(" ")}`);
} else {
  if (checked.text !== before) writeFileSync(join(root, file), checked.text);
  process.exitCode = deploy();
}

/** Loads the functions once more with the parameters: each must be where Hosting and the triggers look for it. */
function regionProblems({ values }: CheckedParameters): string[] {
  const { regions } = readManifest(project, values);
  const wanted = values.get("REGION") ?? "";
  return regions
    .filter((region) => region !== wanted)
    .map((region) => `a function names the region ${region}, and REGION is ${wanted}`);
}

function report({ values, secrets, text }: CheckedParameters): void {
  const change = text === before ? "is complete" : dryRun ? "would be completed" : "is completed";
  console.log(`${file} ${change}:`);
  for (const [name, value] of values) console.log(`  ${name}=${value}`);
  for (const name of secrets)
    console.log(`  ${name}: a secret, which the project's Secret Manager must hold`);
}

function deploy(): number {
  note(`deploying to ${project} …`);
  const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" };
  const { status } = spawnSync(process.execPath, [join(root, FIREBASE), ...args], {
    cwd: root,
    stdio: "inherit",
    env,
  });
  if (status !== 0) return 1;
  note(
    `deployed. An admin: npm run grant -- --project ${project} --email ADDRESS --role admin --shop SHOP --create`,
  );
  return 0;
}
