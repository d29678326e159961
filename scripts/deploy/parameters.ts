import { parseEnv } from "node:util";

/** A parameter of the functions, as their manifest declares it. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
}

export interface CheckedParameters {
  /** The values to deploy with, by name. */
  readonly values: ReadonlyMap<string, string>;
  /** The file's text with a line for every parameter; equal to the given text when nothing was missing. */
  readonly text: string;
  /** Secrets, which live in Secret Manager and not in the file. */
  readonly secrets: readonly string[];
  /** What prevents the deployment, a line each. */
  readonly problems: readonly string[];
}

/** Checks a dotenv file against the declared parameters, and adds those that have a default and are missing. */
export function checkParameters(declared: readonly Parameter[], text: string): CheckedParameters {
  const given = parseEnv(text) as Readonly<Record<string, string>>;
  const secrets = declared.filter(({ type }) => type === "secret").map(({ name }) => name);
  const values = new Map<string, string>();
  const added: string[] = [];
  const problems = unknownNames(declared, given);
  for (const parameter of declared.filter(({ type }) => type !== "secret")) {
    const { name, default: fallback, description } = parameter;
    const value = given[name] ?? fallback?.toString();
    if (value === undefined) {
      problems.push(`${name} is missing${description === undefined ? "" : `: ${description}`}`);
      continue;
    }
    const problem = valueProblem(parameter, value);
    if (problem !== null) problems.push(problem);
    values.set(name, value);
    if (given[name] === undefined) added.push(`${comment(description)}${name}=${quoted(value)}\n`);
  }
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return { values, text: added.length === 0 ? text : text + separator + added.join(""), secrets, problems };
}

/** A misspelt name would silently leave its parameter at the default. */
function unknownNames(declared: readonly Parameter[], given: Readonly<Record<string, string>>): string[] {
  const names = new Set(declared.map(({ name }) => name));
  return Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => `${name} is not a parameter of the functions`);
}

function valueProblem({ name, type }: Parameter, value: string): string | null {
  if (type === "int" && !/^-?\d+$/.test(value)) return `${name} is ${value}, not a whole number`;
  if (type === "boolean" && !["true", "false"].includes(value))
    return `${name} is ${value}, not true or false`;
  return null;
}

function comment(description: string | undefined): string {
  return description === undefined ? "" : `# ${description.replaceAll("\n", " ")}\n`;
}

function quoted(value: string): string {
  return /^[\w./:-]*$/.test(value) ? value : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
