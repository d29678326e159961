import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { openApiDocument } from "../../functions/src/openapi/document.ts";
import { ERROR_BODIES } from "../../functions/src/openapi/error-answers.ts";
import type { ErrorCode } from "../../functions/src/platform/errors.ts";

/** An answer, and the request that it answers. */
export interface ObservedAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly header: (name: string) => string | null | undefined;
  /** Empty where there is none. */
  readonly text: string;
}

interface DocumentedResponse {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

type PathItem = Readonly<
  Record<string, { readonly responses: Readonly<Record<string, DocumentedResponse>> }>
>;

interface Document {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly responses: Readonly<Record<string, DocumentedResponse>> };
}

/** Errors that are answered before a route is chosen, so that operations without a body do not list them. */
const BEFORE_ROUTES: ReadonlySet<unknown> = new Set([
  "invalid_json",
  "payload_too_large",
  "unsupported_encoding",
]);

const document = openApiDocument() as unknown as Document;
/** Paths without parameters first: they are not meant where another path's parameter fits them too. */
const paths = Object.entries(document.paths)
  .map(([path, item]) => ({ path, item, pattern: patternOf(path) }))
  .sort((a, b) => a.path.split("{").length - b.path.split("{").length);
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(document, "api");
const validators = new Map<string, ValidateFunction>();

/** Throws if the OpenAPI document does not have the answer: its endpoint, status, headers, content type and body. */
export function checkDocumented(answer: ObservedAnswer): void {
  const problem = problemOf(answer);
  if (problem === null) return;
  const { method, path, status, text } = answer;
  throw new Error(
    `${method} ${path} answered ${status}: ${problem}. Correct the answer, or its description in functions/src/openapi/.\n${text.slice(0, 1000)}`,
  );
}

function problemOf(answer: ObservedAnswer): string | null {
  const { status } = answer;
  if (answer.method === "OPTIONS") return null;
  const method = answer.method === "HEAD" ? "get" : answer.method.toLowerCase();
  const pathname = answer.path.replace(/[?#].*$/s, "");
  const found = paths.find(({ pattern }) => pattern.test(pathname));
  const operation = found?.item[method];
  if (!found || !operation) return refusalProblem(answer);
  const response = operation.responses[status];
  if (!response) {
    return BEFORE_ROUTES.has(errorOf(answer)) ? null : "the document does not list the status";
  }
  const name = response.$ref?.split("/").at(-1);
  if (name === undefined) {
    return responseProblem(answer, response, `/paths/${escaped(found.path)}/${method}/responses/${status}`);
  }
  return responseProblem(answer, document.components.responses[name]!, `/components/responses/${name}`);
}

/** The problem of an answer to a request that has no operation: it must be an error. */
function refusalProblem(answer: ObservedAnswer): string | null {
  if (answer.status < 400) return "the document does not have the endpoint";
  if (answer.method === "HEAD") return null;
  const body = ERROR_BODIES.get(errorOf(answer) as ErrorCode);
  return body?.safeParse(JSON.parse(answer.text)).success ? null : "it is no error of the API";
}

function responseProblem(
  answer: ObservedAnswer,
  { headers = {}, content }: DocumentedResponse,
  pointer: string,
): string | null {
  const required = Object.keys(headers).filter((header) => headers[header]?.required);
  const missing = required.find((header) => !answer.header(header));
  if (missing !== undefined) return `the header ${missing} is missing`;
  if (answer.method === "HEAD") return null;
  if (!content) return answer.text === "" ? null : "the document has no body for it";
  const type = (answer.header("content-type") ?? "").replace(/;.*$/s, "");
  if (!Object.hasOwn(content, type)) return `the document does not have the content type ${type || "(none)"}`;
  if (type !== "application/json") return null;
  return bodyProblem(answer, `${pointer}/content/${escaped(type)}/schema`);
}

function bodyProblem({ text }: ObservedAnswer, pointer: string): string | null {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
  validators.set(pointer, validate);
  if (validate(JSON.parse(text))) return null;
  const [first] = validate.errors ?? [];
  return `its body does not fit: ${first?.instancePath || "/"} ${first?.message} ${JSON.stringify(first?.params)}`;
}

function errorOf({ text }: ObservedAnswer): unknown {
  try {
    return (JSON.parse(text) as { readonly error?: unknown } | null)?.error;
  } catch {
    return undefined;
  }
}

/** Matches what Express matches: in any case, and with a slash at the end. */
function patternOf(path: string): RegExp {
  const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`, "i");
}

/** Escapes a key for a JSON pointer in a URL. */
function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}
