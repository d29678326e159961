import { join } from "node:path";
import { build } from "esbuild";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { CLIENT_SETTINGS } from "../../functions/src/platform/firestore/client-settings.ts";
import { root } from "../../scripts/support/root.mjs";
import { startChild, type Child } from "../../test/support/child.ts";
import { startApi, startEmulator, type ApiProcess } from "../../test/support/servers.ts";

export const BENCH_PROJECT = "demo-bench";

/** What a bench runs against: an emulator of its own, and servers as processes of their own. */
export interface Stage {
  readonly db: Firestore;
  /** This implementation, as `npm run api` serves it. */
  api(env?: Readonly<Record<string, string>>): Promise<ApiProcess>;
  /** The function `streams`, served in the same way. */
  streams(): Promise<ApiProcess>;
  /** A plain implementation: a program that says `listening on URL`. */
  plain(program: string): Promise<Child & { readonly url: string }>;
  close(): Promise<void>;
}

/** Built like the functions are: neither side may run slower for being TypeScript. */
async function bundle(program: string): Promise<string> {
  const outfile = join(root, ".cache/bench", `${program.replaceAll("/", "-")}.mjs`);
  await build({
    entryPoints: [join(root, program)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
  });
  return outfile;
}

export async function openStage(): Promise<Stage> {
  const emulator = await startEmulator();
  process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
  const env = {
    FIRESTORE_EMULATOR_HOST: emulator.host,
    GCLOUD_PROJECT: BENCH_PROJECT,
    NODE_ENV: "production",
  };
  const app = initializeApp({ projectId: BENCH_PROJECT }, "bench");
  const db = getFirestore(app);
  db.settings(CLIENT_SETTINGS);
  const children: Child[] = [];
  const keep = <C extends Child>(child: C): C => {
    children.push(child);
    return child;
  };
  return {
    db,
    api: async (more = {}) => keep(await startApi({ env: { ...env, RATE_LIMITS: "off", ...more } })),
    streams: async () => keep(await startApi({ name: "streams", env: { ...env, RATE_LIMITS: "off" } })),
    plain: async (program) => {
      const child = keep(
        await startChild({ args: [await bundle(program)], env, ready: /listening on (\S+)/ }),
      );
      return { ...child, url: child.match[1] ?? "" };
    },
    close: async () => {
      await Promise.all(children.map((child) => child.stop()));
      await deleteApp(app);
      await emulator.stop();
    },
  };
}
