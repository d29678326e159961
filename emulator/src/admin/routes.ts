import { FaultPlan, parseFaultSettings } from "../faults/fault-plan.ts";
import type { EmulatorState } from "../state/emulator-state.ts";
import { parseV1Registration, parseV2Registration } from "../triggers/registration.ts";
import { exportRoutes } from "./export-routes.ts";
import { rulesRoute } from "./rules-route.ts";
import { clearDatabase, resetDatabase } from "./clear.ts";
import { PROJECT } from "./router.ts";
import type { Route } from "./router.ts";

const EMPTY = { json: {} };

/** The HTTP endpoints. `shutdown` is called after the response to its request has been written. */
export function adminRoutes(state: EmulatorState, shutdown: () => void): Route[] {
  return [
    { method: "GET", path: /^\/$/, handle: () => ({ text: "Ok\n" }) },
    {
      method: "POST",
      path: /^\/reset$/,
      handle: () => {
        for (const open of state.databases()) resetDatabase(open);
        return { text: "Resetting...\n" };
      },
    },
    {
      method: "POST",
      path: /^\/shutdown$/,
      handle: () => {
        setImmediate(shutdown);
        return { text: "Shutting down...\n" };
      },
    },
    {
      method: "DELETE",
      path: new RegExp(`^${PROJECT}/databases/([^/]+)/documents(?:/(.*))?$`),
      handle: ({ params: [project, database, path] }) => {
        clearDatabase(state.open(`projects/${project}/databases/${database}`), path ?? "");
        return EMPTY;
      },
    },
    ...meterAndFaultRoutes(state),
    ...triggerRoutes(state),
    rulesRoute(state),
    ...exportRoutes(state),
  ];
}

function meterAndFaultRoutes(state: EmulatorState): Route[] {
  const usage = new RegExp(`^${PROJECT}/usage$`);
  const faults = new RegExp(`^${PROJECT}/faults$`);
  return [
    {
      method: "GET",
      path: usage,
      handle: ({ params: [project] }) => ({ json: state.project(project!).meter.usage() }),
    },
    {
      method: "DELETE",
      path: usage,
      handle: ({ params: [project] }) => {
        state.project(project!).meter.reset();
        return EMPTY;
      },
    },
    {
      method: "PUT",
      path: faults,
      handle: async ({ params: [project], json }) => {
        const settings = parseFaultSettings(await json());
        state.project(project!).faults = new FaultPlan(settings);
        return { json: settings };
      },
    },
    {
      method: "DELETE",
      path: faults,
      handle: ({ params: [project] }) => {
        state.project(project!).faults = undefined;
        return EMPTY;
      },
    },
  ];
}

function triggerRoutes(state: EmulatorState): Route[] {
  const setPaused = (method: "PUT" | "DELETE", paused: boolean): Route => ({
    method,
    path: new RegExp(`^${PROJECT}/pausedTriggers$`),
    handle: ({ params: [project] }) => {
      state.project(project!).triggers.paused = paused;
      return EMPTY;
    },
  });
  return [
    setPaused("PUT", true),
    setPaused("DELETE", false),
    {
      method: "POST",
      path: new RegExp(`^${PROJECT}/eventarcTrigger$`),
      handle: async ({ params: [project], query, json }) => {
        const body = await json();
        state
          .project(project!)
          .triggers.register(parseV2Registration(query.get("eventarcTriggerId") ?? "", body));
        return { json: body };
      },
    },
    {
      method: "PUT",
      path: new RegExp(`^${PROJECT}/triggers/(.+)$`),
      handle: async ({ params: [project, key], json }) => {
        state.project(project!).triggers.register(parseV1Registration(key!, await json()));
        return EMPTY;
      },
    },
    {
      method: "DELETE",
      path: new RegExp(`^${PROJECT}/triggers/(.+)$`),
      handle: ({ params: [project, key] }) => {
        state.project(project!).triggers.unregister(key!);
        return EMPTY;
      },
    },
  ];
}
