import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SourceFile, UnusableFile, type SourceLine } from "./source-file.ts";

const folder = mkdtempSync(join(tmpdir(), "slotbay-source-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

async function read(content: string | Buffer, columns: readonly string[] = ["id"]) {
  const path = join(folder, `file-${(files += 1)}`);
  writeFileSync(path, content);
  const lines: SourceLine[] = [];
  for await (const line of (await SourceFile.open(path)).rows(columns)) lines.push(line);
  return lines.map(({ line, read: { kind, ...rest } }) =>
    "problem" in rest ? [line, rest.problem.reason] : [line, kind === "row" && "value" in rest && rest.value],
  );
}

describe("a CSV file", () => {
  it("gives a row for each record, without blank values, under the line on which it ends", async () => {
    expect(
      await read('\uFEFFid,reason,end_time\r\n1,"a, ""b""",\\N\r\n\r\n2,"two\nlines",09:00\r\n'),
    ).toEqual([
      [2, { id: "1", reason: 'a, "b"' }],
      [5, { id: "2", reason: "two\nlines", end_time: "09:00" }],
    ]);
  });

  it("reports a record with too few or too many values and reads the others", async () => {
    const lines = await read("id,reason\n1\n2,b\n3,c,d\n4,e\n");
    expect(lines.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [2, "broken_line"],
      [3, { id: "2", reason: "b" }],
      [4, "broken_line"],
      [5, { id: "4", reason: "e" }],
    ]);
  });

  it("is refused when its header lacks a column", async () => {
    await expect(read("id,date\n1,2026-01-01\n", ["id", "user_id"])).rejects.toThrow(
      /the header of .* has no column user_id/,
    );
    await expect(read("id,date\n", ["user_id"])).rejects.toThrow(UnusableFile);
  });

  it("may be empty", async () => {
    expect(await read("")).toEqual([]);
    expect(await read("id\n")).toEqual([]);
  });
});

describe("an NDJSON file", () => {
  it("gives a row for each object and reports the other lines", async () => {
    const lines = ['{"id": 1, "reason": null}', "{broken", "[1]", "", '{"other": 2}', '{"id":2}'];
    expect(await read(lines.join("\n"))).toEqual([
      [1, { id: 1 }],
      [2, "broken_line"],
      [3, "broken_line"],
      [5, "missing_column"],
      [6, { id: 2 }],
    ]);
  });

  it("may have lines longer than a chunk, but not endless ones", async () => {
    const long = JSON.stringify({ id: 1, reason: "é".repeat(200_000) });
    const endless = JSON.stringify({ id: 2, reason: "é".repeat(1_100_000) });
    const lines = await read([long, endless, '{"id":3}'].join("\n"));
    expect(lines.map(([line, what]) => [line, typeof what])).toEqual([
      [1, "object"],
      [2, "string"],
      [3, "object"],
    ]);
    expect(lines[0]?.[1]).toEqual(JSON.parse(long));
  });

  it("is no JSON array", async () => {
    await expect(read('[{"id":1}]')).rejects.toThrow(/is a JSON array/);
  });
});

describe.each(["csv", "ndjson"])("a long %s file", (format) => {
  it("is read in little memory: 40 MB in a heap of 30 MB", () => {
    const path = join(folder, `long.${format}`);
    const reason = "x".repeat(2_000);
    const line = format === "csv" ? `1,${reason}\n` : `${JSON.stringify({ id: 1, reason })}\n`;
    writeFileSync(path, format === "csv" ? "id,reason\n" : "");
    for (let part = 0; part < 20; part += 1) appendFileSync(path, line.repeat(1_000));
    const source = new URL("./source-file.ts", import.meta.url).href;
    const program = `
      const { SourceFile } = await import(${JSON.stringify(source)});
      let lines = 0;
      for await (const { read } of (await SourceFile.open(process.argv[1])).rows(["id"])) lines += read.value.reason.length;
      console.log(lines);`;
    const args = ["--max-old-space-size=30", "--import", "tsx", "--input-type=module", "-e", program, path];
    expect(Number(execFileSync(process.execPath, args, { encoding: "utf8" }))).toBe(40_000_000);
  });
});

it("names a file that cannot be opened", async () => {
  await expect(SourceFile.open(join(folder, "missing.csv"))).rejects.toThrow(/missing\.csv cannot be opened/);
});
