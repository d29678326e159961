import { isList } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { Unknown } from "../values/values.ts";

/** A method of an unknown: only `get` of a key that is known to exist is decided by the constraints. */
export function methodOfUnknown(receiver: Unknown, name: string, args: readonly RulesValue[]): RulesValue {
  const key = args[0];
  const keys = typeof key === "string" ? [key] : key !== undefined && isList(key) ? key : [];
  if (name !== "get" || args.length !== 2 || keys.length === 0) return new Unknown();
  let value: RulesValue = receiver;
  for (const part of keys) {
    if (!(value instanceof Unknown) || typeof part !== "string" || !value.members.has(part))
      return new Unknown();
    value = value.member(part);
  }
  return value;
}
