import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/support/root.mjs";
import firebaseConfig from "../../firebase.json" with { type: "json" };

const PROJECT = "slotbay-dry-run";
const FILE = join(root, `functions/.env.${PROJECT}`);

afterEach(() => rmSync(FILE, { force: true }));

function dryRun(project = PROJECT): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = ["scripts/run.mjs", "deploy", "--project", project, "--dry-run"];
  // Without a PATH no other program can be started, the Firebase CLI's helpers included.
  const env = { HOME: process.env.HOME, PATH: "" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

// Each loads the functions twice, as the Firebase CLI does.
describe("npm run deploy -- --dry-run", { timeout: 120_000 }, () => {
  it("prints every parameter and the command, and writes nothing", async () => {
    const { code, stdout, stderr } = await dryRun();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("  REGION=us-central1\n");
    expect(stdout).toContain("  CACHE_TTL_SECONDS=3600\n");
    const resources = ["MEMORY_MIB=512", "CONCURRENCY=80", "MIN_INSTANCES=0", "MAX_INSTANCES=100"];
    for (const line of resources) expect(stdout).toContain(`  ${line}\n`);
    expect(stdout).toMatch(
      new RegExp(`would run: node \\S+/firebase.js deploy --project ${PROJECT} --non-interactive --force\n$`),
    );
    expect(existsSync(FILE)).toBe(false);
  });

  it("moves every function to the region of the file", async () => {
    const text = "REGION=europe-west1\n";
    writeFileSync(FILE, text);
    const { code, stdout } = await dryRun();
    expect({ code, region: /REGION=(\S+)/.exec(stdout)?.[1] }).toEqual({ code: 0, region: "europe-west1" });
    expect(readFileSync(FILE, "utf8")).toBe(text);
    // The rewrite follows the function: the Firebase CLI looks up its region if the rewrite names none.
    expect(firebaseConfig.hosting.rewrites).toEqual([{ source: "**", function: { functionId: "api" } }]);
  });

  it("names a value that is wrong and a name that is unknown", async () => {
    writeFileSync(FILE, "WARM_DAYS=many\nREGOIN=europe-west1\nMEMORY_MIB=1 GiB\n");
    const { code, stderr } = await dryRun();
    expect(code).toBe(1);
    expect(stderr).toContain("WARM_DAYS is many, not a whole number");
    expect(stderr).toContain("MEMORY_MIB is 1 GiB, not a whole number");
    expect(stderr).toContain("REGOIN is not a parameter of the functions");
  });

  it("refuses a local project", async () => {
    expect(await dryRun("demo-slotbay")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("demo-slotbay is a local project") as string,
    });
  });
});
