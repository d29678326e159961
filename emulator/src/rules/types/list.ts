import { toText } from "../values/conversions.ts";
import { distinct, includes } from "../values/equality.ts";
import type { RulesValue } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

type List = readonly RulesValue[];

export const listMethods: CallableTable<List> = {
  concat: method(["list"], (list: List, other) => [...list, ...other]),
  hasAll: method(["list"], (list: List, other) => other.every((value) => includes(list, value))),
  hasAny: method(["list"], (list: List, other) => other.some((value) => includes(list, value))),
  hasOnly: method(["list"], (list: List, other) => list.every((value) => includes(other, value))),
  join: method(["string"], (list: List, separator) => list.map(toText).join(separator)),
  removeAll: method(["list"], (list: List, other) => list.filter((value) => !includes(other, value))),
  size: method([], (list: List) => BigInt(list.length)),
  toSet: method([], (list: List) => distinct(list)),
};
