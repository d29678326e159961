import { createReadStream, type ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { parse, type CsvError } from "csv-parse";
import { skipped, type Mapped } from "./problem.ts";

/** The values of a line by column; blank ones and nulls are left out. */
export type Row = Readonly<Record<string, unknown>>;

/** A line of the file: its columns, or why they cannot be read. A CSV record has the number of its last line. */
export interface SourceLine {
  readonly line: number;
  readonly read: Mapped<Row>;
}

export type Format = "csv" | "ndjson";

/** A longer line is no row of a table; it must not fill the memory. */
const MAX_LINE = 1_000_000;

/** A file that cannot be imported at all. */
export class UnusableFile extends Error {}

/** A file of rows that is read line by line, as often as it takes. */
export class SourceFile {
  #stream: ReadStream | undefined;

  private constructor(
    readonly path: string,
    private readonly format: Format,
    /** In bytes. */
    readonly size: number,
  ) {}

  /** Opens the file. Its first character tells the format, unless `format` does. */
  static async open(path: string, format?: Format): Promise<SourceFile> {
    const handle = await open(path).catch((error: unknown) => {
      throw new UnusableFile(`${path} cannot be opened: ${(error as Error).message}`);
    });
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      const first = buffer
        .toString("utf8", 0, bytesRead)
        .replace(/^\uFEFF/, "")
        .trimStart()[0];
      if (first === "[" && format !== "csv") {
        throw new UnusableFile(
          `${path} is a JSON array: give one object a line, e.g. by jq -c '.[]' ${path}`,
        );
      }
      const { size } = await handle.stat();
      return new SourceFile(path, format ?? (first === "{" ? "ndjson" : "csv"), size);
    } finally {
      await handle.close();
    }
  }

  /** How much of the file the current pass has read, in bytes. */
  get bytesRead(): number {
    return this.#stream?.bytesRead ?? 0;
  }

  /**
   * Reads the lines from the beginning. All of them must name `columns`, even if with a blank value: throws an
   * `UnusableFile` where a CSV header lacks one.
   */
  rows(columns: readonly string[]): AsyncGenerator<SourceLine> {
    this.#stream = createReadStream(this.path, { encoding: "utf8" });
    return this.format === "csv"
      ? csvRows(this.#stream, this.path, columns)
      : jsonRows(this.#stream, columns);
  }
}

async function* csvRows(
  stream: ReadStream,
  path: string,
  columns: readonly string[],
): AsyncGenerator<SourceLine> {
  const broken: SourceLine[] = [];
  // A quote that is never closed would otherwise take the rest of the file into one record.
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = columns.filter((column) => !header.includes(column));
      if (missing.length === 0) return header;
      throw new UnusableFile(`the header of ${path} has no column ${missing.join(", ")}`);
    },
    info: true,
    max_record_size: MAX_LINE,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => void broken.push(brokenCsv(error)),
  });
  stream.on("error", (error) => parser.destroy(error));
  for await (const { record, info } of stream.pipe(parser) as AsyncIterable<CsvRecord>) {
    yield* broken.splice(0);
    yield { line: info.lines, read: { kind: "row", value: present(record) } };
  }
  yield* broken;
}

interface CsvRecord {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number };
}

function brokenCsv(error: CsvError | undefined): SourceLine {
  return { line: Number(error?.lines), read: skipped("broken_line", error?.message) };
}

async function* jsonRows(stream: ReadStream, columns: readonly string[]): AsyncGenerator<SourceLine> {
  let line = 0;
  for await (const text of linesOf(stream)) {
    line += 1;
    if (text?.trim() === "") continue;
    const read = text === null ? skipped("broken_line", "The line is too long.") : readJson(text, columns);
    yield { line, read };
  }
}

function readJson(text: string, columns: readonly string[]): Mapped<Row> {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return skipped("broken_line", "The line is not a JSON object.");
  }
  const missing = columns.find((column) => !Object.hasOwn(value, column));
  return missing === undefined
    ? { kind: "row", value: present(value as Row) }
    : skipped("missing_column", `There is no ${missing}.`, missing);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The lines of a text; null for one that is too long. */
async function* linesOf(stream: ReadStream): AsyncGenerator<string | null> {
  let rest: string | null = "";
  for await (const chunk of stream as AsyncIterable<string>) {
    const [first = "", ...others] = chunk.split("\n");
    rest = rest === null || rest.length + first.length > MAX_LINE ? null : rest + first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
  }
  yield rest;
}

/** The row without blank values: an empty CSV field, a null, and `\N` as PostgreSQL writes it. */
function present(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]) => {
      const stated = typeof value === "string" ? value.trim() : value;
      return stated === "" || stated === null || stated === "\\N" ? [] : [[column.trim(), stated]];
    }),
  );
}
