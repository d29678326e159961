import { Command, InvalidArgumentError } from "commander";
import { isPlainDate } from "../../functions/src/engine/dates.ts";

/** A command's flags: unknown ones and bad values are named on stderr and end the process with code 2. */
export function describeCommand(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/** Parses a flag as a whole number from `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
  };
}

/** Parses a flag that becomes a document id. */
export function documentId(text: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected letters, digits, _ or -, at most 100.");
}

/** Parses a flag as the shop that a role holds in; `*` means every shop. */
export function shopOrAll(text: string): string {
  return text === "*" ? text : documentId(text);
}

/** Ends the command with a message on stderr, without a stack trace: for problems that the user can fix. */
export function giveUp(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Parses a flag as the id of a Firebase project. */
export function projectId(text: string): string {
  if (/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(text)) return text;
  throw new InvalidArgumentError("Expected a project id: 6 to 30 lower-case letters, digits or -.");
}

/** Parses a flag as the address of a site, without a slash at the end. */
export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected a URL with http or https.");
  }
  return text.replace(/\/+$/, "");
}

/** Parses a flag as a date. */
export function plainDate(text: string): string {
  if (isPlainDate(text)) return text;
  throw new InvalidArgumentError("Expected a date of the calendar, YYYY-MM-DD.");
}
