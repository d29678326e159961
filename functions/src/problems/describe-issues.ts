import type { z } from "zod";

const MAX_SENTENCES = 3;

/** What a schema expects, as a reader calls it. */
const EXPECTED: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a map",
  record: "a map",
  string: "a text",
};

/** Returns in plain words why a document does not fit its schema: the first few problems, each with its field. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], data: unknown): string {
  const sentences = issues.map((issue) => describe(issue, data));
  return [...new Set(sentences)].slice(0, MAX_SENTENCES).join("; ");
}

function describe(issue: z.core.$ZodIssue, data: unknown): string {
  const field = issue.path.map(String).join(".");
  const what = whatIsWrong(issue, issue.path.length > 0 && valueAt(data, issue.path) === undefined);
  return what === null ? sentenceOf(issue.message) : `${field || "the document"} ${what}`;
}

function whatIsWrong(issue: z.core.$ZodIssue, isMissing: boolean): string | null {
  if (isMissing) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `is not ${EXPECTED[issue.expected] ?? `a ${issue.expected}`}`;
    case "invalid_value":
      return `is none of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return isCounted(issue.origin) ? "is empty" : `is less than ${issue.minimum}`;
    case "too_big":
      return isCounted(issue.origin) ? "is too long" : `is more than ${issue.maximum}`;
    case "unrecognized_keys":
      return `has the unknown name ${issue.keys.join(", ")}`;
    case "custom":
      return issue.message.startsWith("Not ") ? `is n${sentenceOf(issue.message).slice(1)}` : null;
    default:
      return `is malformed`;
  }
}

function isCounted(origin: string): boolean {
  return origin === "array" || origin === "string";
}

function sentenceOf(message: string): string {
  return message.replace(/[.]$/, "");
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    data,
  );
}
