import { describe, expect, it } from "vitest";
import { checkParameters, type Parameter } from "./parameters.ts";

const DECLARED: readonly Parameter[] = [
  { name: "WARM_DAYS", type: "int", default: 14, description: "Days to fill." },
  { name: "RANGES", type: "string", default: "10.0.0.0/8, fd00::/8" },
  { name: "SENDER", type: "string", description: "The address that mails come from." },
  { name: "LINK_KEY", type: "secret" },
];
const problemsOf = (text: string) => checkParameters(DECLARED, text).problems;

describe("checkParameters", () => {
  it("adds missing parameters with their defaults, and keeps the rest of the file", () => {
    const { text, values, problems } = checkParameters(DECLARED, "# ours\nSENDER=a@example.com");
    expect(problems).toEqual([]);
    expect(text).toBe(
      '# ours\nSENDER=a@example.com\n# Days to fill.\nWARM_DAYS=14\nRANGES="10.0.0.0/8, fd00::/8"\n',
    );
    expect(Object.fromEntries(values)).toEqual({
      SENDER: "a@example.com",
      WARM_DAYS: "14",
      RANGES: "10.0.0.0/8, fd00::/8",
    });
  });

  it("leaves a complete file as it is", () => {
    const { text } = checkParameters(DECLARED, "SENDER=a@example.com\n");
    expect(checkParameters(DECLARED, text).text).toBe(text);
  });

  it("names a parameter that is missing and has no default", () => {
    expect(problemsOf("")).toEqual(["SENDER is missing: The address that mails come from."]);
  });

  it("names a value of the wrong type, and a name that is no parameter's", () => {
    expect(problemsOf("SENDER=x\nWARM_DAYS=two\nWARM_DAY=2\n")).toEqual([
      "WARM_DAY is not a parameter of the functions",
      "WARM_DAYS is two, not a whole number",
    ]);
  });

  it("lists secrets and keeps them out of the file", () => {
    const { secrets, text } = checkParameters(DECLARED, "SENDER=x\n");
    expect(secrets).toEqual(["LINK_KEY"]);
    expect(text).not.toContain("LINK_KEY");
  });
});
