import type { EmulatorState } from "../state/emulator-state.ts";
import { compileRules, issuesText } from "../rules/index.ts";
import { invalidArgument } from "../status.ts";
import { PROJECT } from "./router.ts";
import type { Route } from "./router.ts";

interface RulesFile {
  readonly name: string | undefined;
  readonly content: string;
}

/**
 * Replaces a project's rules: `{rules: {files: [{name?, content}]}, ignore_errors?}`. If the rules do not compile, the
 * old ones stay in place, and the response is an error with the issues; with `ignore_errors` it is just the issues.
 */
export function rulesRoute(state: EmulatorState): Route {
  return {
    method: "PUT",
    path: new RegExp(`^${PROJECT}:securityRules$`),
    handle: async ({ params: [projectId], json }) => {
      const body = (await json()) as { ignore_errors?: unknown } | undefined;
      const { name, content } = rulesFile(body);
      const compiled = compileRules(content, name);
      if (compiled.ok) {
        state.project(projectId!).ruleset = compiled.ruleset;
        return { json: { issues: compiled.issues } };
      }
      const { issues } = compiled;
      if (body?.ignore_errors === true) return { json: { issues } };
      const error = { code: 400, status: "INVALID_ARGUMENT", message: issuesText(issues) };
      return { status: 400, json: { issues, error } };
    },
  };
}

/** @throws StatusError INVALID_ARGUMENT unless the body holds exactly one file */
function rulesFile(body: unknown): RulesFile {
  const files = (body as { rules?: { files?: unknown } } | undefined)?.rules?.files;
  const file = Array.isArray(files) && files.length === 1 ? (files[0] as Record<string, unknown>) : undefined;
  const { name, content } = file ?? {};
  if (typeof content !== "string") {
    throw invalidArgument("rules.files must be a list of one file with its content.");
  }
  return { name: typeof name === "string" ? name : undefined, content };
}
