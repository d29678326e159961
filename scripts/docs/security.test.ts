import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root } from "../support/root.mjs";

const PAGE = readFileSync(join(root, "docs/security.md"), "utf8");
const COMMANDS = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object })
  .scripts;

/** A test that the page names: its file, and a part of its title. */
const NAMED = [...PAGE.matchAll(/`([^`\s]+\.ts)`(?:,? +"|\s\(")([^"]+)"/g)].map(
  ([, file = "", title = ""]) => [file, title.replace(/\s+/g, " ")] as const,
);
const ATTEMPTS = rowsOf("## What an attacker can try").map(([attempt = "", , test = ""]) => ({
  attempt,
  test,
}));

/** The cells of the table below a heading, without its head. */
function rowsOf(heading: string): string[][] {
  const section = PAGE.slice(PAGE.indexOf(heading) + heading.length).split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The titles of a file's tests and groups, as they are written. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|describe|test)\b/.test(node.expression.getText(source))) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteral(title) || ts.isTemplateLiteral(title)))
        titles.push(title.getText(source).slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

describe("docs/security.md", () => {
  it.each(ATTEMPTS)("names a test for the attempt: $attempt", ({ test }) => {
    expect(
      NAMED.some(([file]) => test.includes(file)),
      test,
    ).toBe(true);
    // Nothing in the cell but tests that are checked below, and commands.
    const rest = test.replace(/`[^`]+\.ts` "[^"]+"|`npm run [^`]+`|[;,\s]/g, "");
    expect(rest).toBe("");
  });

  it.each(NAMED)("names a test that exists: %s, %s", (file, title) => {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(titlesIn(file).filter((one) => one.includes(title))).not.toEqual([]);
  });

  it("names commands that exist", () => {
    const commands = [...PAGE.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(0);
    for (const name of commands) expect(COMMANDS).toHaveProperty([name ?? ""]);
  });

  it("names every test file that it mentions with a title", () => {
    const mentioned = [...PAGE.matchAll(/`([^`\s]+\.ts)`/g)].length;
    expect(NAMED).toHaveLength(mentioned);
  });
});
