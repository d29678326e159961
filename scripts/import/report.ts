import { closeSync, openSync, writeSync } from "node:fs";
import { REASONS, type Ignored, type Problem, type Reason } from "./problem.ts";

/** Lines that are printed; the file of `--report` has every one. */
const MAX_PRINTED = 50;

interface Subject {
  readonly kind: string;
  readonly file: string;
  readonly shop_id: string;
  readonly dry_run: boolean;
}

/** A change that was made although appointments are outside hours by it. */
export interface StrandingSchedule {
  readonly mechanic_id: string;
  readonly appointments: readonly object[];
}

/** What an import did with each line. Skipped lines go to the report file as they are found, so memory is bounded. */
export class Report {
  readonly #file: number | null;
  readonly #reasons: Partial<Record<Reason, number>> = {};
  readonly #ignored: Partial<Record<Ignored, number>> = {};
  readonly #created: { mechanics: string[]; services: string[] } = { mechanics: [], services: [] };
  readonly #warnings: StrandingSchedule[] = [];
  #lines = 0;
  #written = 0;
  #unchanged = 0;
  #skipped = 0;
  #refused = false;

  constructor(
    private readonly subject: Subject,
    private readonly print: (line: string) => void,
    path: string | null,
  ) {
    this.#file = path === null ? null : openSync(path, "w");
    this.#append('{"skipped_lines":[');
  }

  line(): void {
    this.#lines += 1;
  }

  skip(line: number, { reason, field, message }: Problem): void {
    this.#append(`${this.#skipped === 0 ? "" : ","}\n${JSON.stringify({ line, reason, field, message })}`);
    this.#skipped += 1;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (this.#skipped <= MAX_PRINTED) {
      this.print(`line ${line}: ${field === null ? "" : `${field}: `}${message} (${reason})`);
    }
  }

  ignore(why: Ignored): void {
    this.#ignored[why] = (this.#ignored[why] ?? 0) + 1;
  }

  /** Counts lines that were written, or would be in a dry run. */
  write(lines: number): void {
    this.#written += lines;
  }

  /** Counts lines that had been imported before. */
  keep(lines: number): void {
    this.#unchanged += lines;
  }

  create(mechanics: readonly string[], services: readonly string[]): void {
    this.#created.mechanics.push(...mechanics);
    this.#created.services.push(...services);
  }

  warn(warning: StrandingSchedule): void {
    this.#warnings.push(warning);
  }

  /** States that nothing was written, because bookings overlap. */
  refuse(): void {
    this.#refused = true;
  }

  /** Whether every line was imported or needed no import. */
  get isComplete(): boolean {
    return this.#skipped === 0 && !this.#refused;
  }

  /** Ends the report: prints the sums, and completes the file. */
  end(): void {
    const summary = {
      ...this.subject,
      lines: this.#lines,
      written: this.#written,
      unchanged: this.#unchanged,
      skipped: this.#skipped,
      ignored: this.#ignored,
      reasons: this.#reasons,
      created: this.#created,
      warnings: this.#warnings,
      refused: this.#refused,
    };
    this.#append(`\n],\n${JSON.stringify(summary).slice(1)}\n`);
    if (this.#file !== null) closeSync(this.#file);
    for (const text of this.#sums()) this.print(text);
  }

  #sums(): string[] {
    const { kind, shop_id, dry_run } = this.subject;
    const { mechanics, services } = this.#created;
    const counts = `${this.#written} ${dry_run ? "would be written" : "written"}, ${this.#unchanged} already there`;
    return [
      ...(this.#skipped > MAX_PRINTED
        ? [`… and ${this.#skipped - MAX_PRINTED} more: --report FILE has them`]
        : []),
      ...Object.entries(this.#reasons).map(
        ([reason, n]) => `${reason}: ${n} (a line ${REASONS[reason as Reason]})`,
      ),
      ...Object.entries(this.#ignored).map(([why, n]) => IGNORED[why as Ignored](n)),
      ...this.#warnings.map(({ mechanic_id, appointments }) => {
        return `${mechanic_id}: ${appointments.length} appointments are outside the new hours`;
      }),
      ...(mechanics.length > 0 ? [`mechanics created: ${mechanics.join(", ")}`] : []),
      ...(services.length > 0 ? [`services created: ${services.join(", ")}`] : []),
      ...(this.#refused
        ? ["nothing was written, because bookings overlap; --skip-conflicts imports the rest"]
        : []),
      `shop ${shop_id}, ${kind}: ${this.#lines} lines: ${counts}, ${this.#skipped} skipped`,
    ];
  }

  #append(text: string): void {
    if (this.#file !== null) writeSync(this.#file, text);
  }
}

const IGNORED: Readonly<Record<Ignored, (count: number) => string>> = {
  not_available: (count) => `${count} lines state hours that are not available: nothing to import`,
  appointment: (count) => `${count} appointments: import them with --from appointments --events FILE`,
};
