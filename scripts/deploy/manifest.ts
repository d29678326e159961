import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/root.mjs";
import type { Parameter } from "./parameters.ts";

/** The part that is read of what firebase-functions writes. */
interface ManifestFile {
  readonly endpoints: Readonly<Record<string, { readonly region: readonly string[] }>>;
  readonly params?: readonly Parameter[];
}

export interface Manifest {
  readonly parameters: readonly Parameter[];
  /** Every region that a function names. */
  readonly regions: readonly string[];
}

/**
 * Returns what the built functions declare, by loading them as the Firebase CLI does before it deploys. `values` are
 * the parameters that the CLI would have put into the environment. Nothing is contacted.
 */
export function readManifest(project: string, values: ReadonlyMap<string, string>): Manifest {
  const folder = mkdtempSync(join(tmpdir(), "slotbay-manifest-"));
  try {
    const file = join(folder, "functions.yaml");
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules/firebase-functions/lib/bin/firebase-functions.js"), "."],
      {
        encoding: "utf8",
        cwd: join(root, "functions"),
        env: {
          ...process.env,
          ...Object.fromEntries(values),
          GCLOUD_PROJECT: project,
          FIREBASE_CONFIG: JSON.stringify({ projectId: project }),
          FUNCTIONS_CONTROL_API: "true",
          FUNCTIONS_MANIFEST_OUTPUT_PATH: file,
        },
      },
    );
    if (status !== 0) throw new Error(`the functions could not be loaded:\n${stderr}`);
    const { params = [], endpoints } = JSON.parse(readFileSync(file, "utf8")) as ManifestFile;
    const regions = new Set(Object.values(endpoints).flatMap(({ region }) => region));
    return { parameters: params, regions: [...regions] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
