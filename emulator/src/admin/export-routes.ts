import { isAbsolute, resolve } from "node:path";
import type { EmulatorState } from "../state/emulator-state.ts";
import { invalidArgument } from "../status.ts";
import { exportProject, importProject, metadataPath } from "./export.ts";
import { PROJECT } from "./router.ts";
import type { Route } from "./router.ts";

const DEFAULT_NAME = "firestore_export";

/** `POST …:export` and `:import`, both with `{export_directory, export_name?}`. */
export function exportRoutes(state: EmulatorState): Route[] {
  return [
    {
      method: "POST",
      path: new RegExp(`^${PROJECT}:export$`),
      handle: async ({ params: [projectId], json }) => {
        const { directory, name } = location(await json());
        exportProject(state, projectId!, directory, name);
        return { json: { metadata_file: metadataPath(directory, name) } };
      },
    },
    {
      method: "POST",
      path: new RegExp(`^${PROJECT}:import$`),
      handle: async ({ params: [projectId], json }) => {
        const { directory, name } = location(await json());
        importProject(state, projectId!, metadataPath(directory, name));
        return { json: {} };
      },
    },
  ];
}

function location(body: unknown): { directory: string; name: string } {
  const { export_directory: directory, export_name: name = DEFAULT_NAME } = (body ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof directory !== "string" || directory === "")
    throw invalidArgument("export_directory must be a path.");
  if (typeof name !== "string" || name === "" || isAbsolute(name) || name.split(/[\\/]/).includes("..")) {
    throw invalidArgument("export_name must be a relative path.");
  }
  return { directory: resolve(directory), name };
}
