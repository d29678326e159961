import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRules } from "../compile.ts";
import { rulesWith } from "../testing/evaluate-condition.ts";

/** The issues as the command line shows them: `[E] line:column - description`. */
function issues(source: string): string[] {
  return compileRules(source).issues.map(({ severity, description, sourcePosition: { line, column } }) => {
    return `[${severity[0]}] ${line}:${column} - ${description}`;
  });
}

const condition = (text: string) => issues(rulesWith(`match /a/{id} { allow read: if ${text}; }`));

describe("a valid ruleset", () => {
  it("has no issues, with any comments and white space", () => {
    const source = `// top
rules_version = "2" ;
/* a
   block */ service cloud.firestore{match /databases/{db}/documents{match /a-b/{id}/{rest=**}{allow read,write:if /* why */ true}}}`;
    expect(issues(source)).toEqual([]);
  });

  it("names its file in the issues", () => {
    const result = compileRules("service", "firestore.rules");
    expect(result.issues[0]?.sourcePosition.fileName).toBe("firestore.rules");
  });
});

describe("a syntax error", () => {
  it("has the position of the unexpected token", () => {
    expect(issues("rules_version = '2';\nservice cloud.firestore {\n  allow read;\n}")).toEqual([
      "[E] 3:3 - Unexpected 'allow'.",
    ]);
    expect(condition("request.auth != ")).toEqual(["[E] 4:52 - Unexpected ';'."]);
    expect(condition("(1 == 1")).toEqual(["[E] 4:43 - Unexpected ';'. Expected ')'."]);
    expect(condition("4/2 == 2")).toEqual(["[E] 4:37 - Missing 'match' keyword before path."]);
    expect(condition("'\\d' == 'x'")).toEqual(["[E] 4:36 - Invalid escape sequence in '\\d'."]);
    expect(condition("a # b")).toEqual(["[E] 4:38 - Unexpected '#'."]);
    expect(issues(rulesWith("match /a/{id} { allow reed; }"))).toEqual([
      "[E] 4:27 - Invalid method 'reed' in allow statement.",
    ]);
    expect(issues("rules_version = '3';")[0]).toMatch(/^\[E\] 1:17 - Invalid rules version '3'/);
    expect(issues(rulesWith("match a/{id} { allow read; }"))).toEqual([
      "[E] 4:11 - Unexpected 'a'. Expected a path.",
    ]);
    expect(issues("service cloud.firestore {")).toEqual(["[E] 1:26 - Unexpected '<EOF>'."]);
  });
});

describe("a warning", () => {
  it("is given for unknown names", () => {
    expect(condition("isOwner(user) && id == 'x'")).toEqual([
      "[W] 4:36 - Invalid function name: isOwner.",
      "[W] 4:44 - Invalid variable name: user.",
    ]);
    expect(condition("request.path.sizes() == 1 && math.sum(1) == 1")).toEqual([
      "[W] 4:36 - Invalid function name: sizes.",
      "[W] 4:65 - Invalid function name: sum.",
    ]);
  });

  it("is given for unused functions", () => {
    expect(issues(rulesWith("function f() { return true; }"))).toEqual(["[W] 4:14 - Unused function: f."]);
  });

  it("is given for an old version", () => {
    expect(issues("service cloud.firestore { }")[0]).toMatch(
      /^\[W\] 1:1 - Ruleset uses old version \(version \[1\]\)/,
    );
  });
});

describe("a call", () => {
  it("needs the declared number of arguments", () => {
    const source = rulesWith("function f(a, b) { return a == b; } match /a/{id} { allow read: if f(1); }");
    expect(issues(source)).toEqual([
      "[E] 4:72 - Incorrect number of arguments for 'f': expected 2, received 1.",
    ]);
    expect(condition("exists(/a/b, 1)")[0]).toMatch(/for 'exists': expected 1, received 2/);
    expect(condition("math.pow(1) == 1.0")[0]).toMatch(/for 'pow': expected 2, received 1/);
  });

  it("must not be recursive", () => {
    const source = rulesWith(`function f() { return g(); } function g() { return f(); }
    match /a/{id} { allow read: if f(); }`);
    expect(issues(source)).toEqual([
      "[E] 4:14 - Recursive call is not allowed: [f->g->f].",
      "[E] 4:43 - Recursive call is not allowed: [g->f->g].",
    ]);
  });

  const chain = (length: number) => {
    const functions = Array.from(
      { length },
      (_, i) => `function f${i}() { return ${i + 1 < length ? `f${i + 1}()` : "true"}; }`,
    );
    return rulesWith(`${functions.join("\n")} match /a/{id} { allow read: if f0(); }`);
  };

  it("may be 20 deep", () => {
    expect(issues(chain(20))).toEqual([]);
    expect(issues(chain(21))[0]).toMatch(
      /Maximum allowed call depth of 20 is reached for \[f0->f1->.*->f20\] call stack/,
    );
  });
});

describe("the compiler", () => {
  it("allows ten lets and seven parameters", () => {
    const source = (lets: number, parameters: number) => {
      const names = Array.from({ length: parameters }, (_, i) => `p${i}`).join(", ");
      const body = Array.from({ length: lets }, (_, i) => `let v${i} = ${i};`).join(" ");
      const args = Array.from({ length: parameters }, () => "1").join(", ");
      return rulesWith(
        `function f(${names}) { ${body} return true; } match /a/{id} { allow read: if f(${args}); }`,
      );
    };
    expect(issues(source(10, 7))).toEqual([]);
    expect(issues(source(11, 0))[0]).toMatch(/Maximum allowed variable count of 10/);
    expect(issues(source(0, 8))[0]).toMatch(/more than 7 parameters/);
  });

  it("allows ten nested matches and one recursive wildcard per path", () => {
    const nested = (depth: number) => {
      const open = Array.from({ length: depth }, (_, i) => `match /c${i}/{d${i}} {`).join(" ");
      return `rules_version = '2'; service cloud.firestore { ${open} allow read; ${"}".repeat(depth)} }`;
    };
    expect(issues(nested(10))).toEqual([]);
    expect(issues(nested(11))[0]).toMatch(/nested 10 deep at most/);
    expect(issues(rulesWith("match /{a=**}/b/{c=**} { allow read; }"))[0]).toMatch(/one recursive wildcard/);
  });

  it("refuses expressions that are nested too deeply and sources that are too large", () => {
    expect(condition(`${"(".repeat(98)}true${")".repeat(98)}`)).toEqual([]);
    expect(condition(`${"(".repeat(120)}true${")".repeat(120)}`)[0]).toMatch(/too complex/);
    expect(condition(Array(98).fill("true").join(" && "))).toEqual([]);
    expect(condition(Array(120).fill("true").join(" && "))[0]).toMatch(/too complex/);
    expect(condition(`${"!".repeat(100_000)}true`)[0]).toMatch(/too complex/);
    expect(issues(" ".repeat(300_000))[0]).toMatch(/larger than 262144 bytes/);
  });
});

describe("the checker", () => {
  it("refuses unknown types", () => {
    expect(condition("id is text")[0]).toMatch(/^\[E\] 4:36 - Invalid type. Received \[text\]/);
  });

  it("refuses look-around and backreferences in literal patterns", () => {
    expect(condition("id.matches('(?=a)b')")).toEqual([
      "[E] 4:47 - Invalid regular expression pattern: look-around (?= is not supported.",
    ]);
    expect(condition("id.matches('(a)\\\\1')")[0]).toMatch(/backreference \\1 is not supported/);
  });
});

describe("any text", () => {
  const words = [
    "rules_version",
    "=",
    "'2'",
    ";",
    "service",
    "cloud.firestore",
    "{",
    "}",
    "match",
    "/a/{b}",
    "/",
    "$(",
  ]
    .concat([
      "/{c=**}",
      "allow",
      "read",
      ":",
      "if",
      "true",
      "function",
      "f",
      "(",
      ")",
      "return",
      "let",
      "x",
      "'",
      "[",
      "]",
    ])
    .concat([
      "==",
      "&&",
      "||",
      "!",
      "?",
      "in",
      "is",
      "string",
      ".",
      ",",
      "1",
      "1.5",
      "-",
      "b'\\x41'",
      "\\",
      "*/",
      "/*",
      "//\n",
    ]);

  it("compiles or is refused with positions inside it, without an exception", () => {
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(fc.oneof(soup, soup.map(rulesWith), fc.string()), (source) => {
        const result = compileRules(source);
        const lines = source.split("\n");
        for (const { sourcePosition: at } of result.issues) {
          expect(at.line).toBeLessThanOrEqual(lines.length);
          expect(at.column).toBeLessThanOrEqual((lines[at.line - 1] as string).length + 1);
        }
        expect(result.ok).toBe(!result.issues.some((issue) => issue.severity === "ERROR"));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["member accesses", `request${".a".repeat(60_000)} == 1`],
    ["additions", `${"1 + ".repeat(50_000)}1 == 1`],
    ["list literals", `${"[".repeat(50_000)}${"]".repeat(50_000)} == 1`],
    ["conditionals", `${"true ? true : ".repeat(15_000)}true`],
    ["minus signs", `${"-".repeat(100_000)}1 == 1`],
  ])("with tens of thousands of nested %s is refused, not a stack overflow", (_name, text) => {
    expect(condition(text)[0]).toMatch(/too complex/);
  });

  it("is refused with thousands of nested matches", () => {
    expect(issues("service cloud.firestore {" + "match /a {".repeat(20_000))[0]).toMatch(/nested 10 deep/);
  });
});
