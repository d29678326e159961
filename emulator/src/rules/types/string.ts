import { patternOf, replaceAll, splitBy } from "../regex/match.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

/** `matches` must match the whole string; `replace` and `split` take patterns too. Sizes are in UTF-16 units. */
export const stringMethods: CallableTable<string> = {
  lower: method([], (text: string) => text.toLowerCase()),
  matches: method(["string"], (text: string, pattern) => patternOf(pattern).whole.test(text)),
  replace: method(["string", "string"], (text: string, pattern, template) =>
    replaceAll(text, pattern, template),
  ),
  size: method([], (text: string) => BigInt(text.length)),
  split: method(["string"], (text: string, pattern) => splitBy(text, pattern)),
  toUtf8: method([], (text: string) => new Uint8Array(Buffer.from(text, "utf8"))),
  trim: method([], (text: string) => text.trim()),
  upper: method([], (text: string) => text.toUpperCase()),
};
