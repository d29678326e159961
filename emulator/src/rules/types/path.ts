import { undefinedProperty, unsupported } from "../values/evaluation-error.ts";
import { typeName } from "../values/type-name.ts";
import { RulesPath } from "../values/values.ts";
import type { RulesMap } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

export const pathMethods: CallableTable<RulesPath> = {
  bind: method(["map"], (path: RulesPath, values) => bind(path, values)),
};

function bind(path: RulesPath, values: RulesMap): RulesPath {
  const segments = path.segments.map((segment) => {
    if (typeof segment === "string") return segment;
    const value = values.get(segment.capture);
    if (value === undefined) throw undefinedProperty(segment.capture);
    if (typeof value !== "string")
      throw unsupported(`path.bind(map<${typeName(value)}>)`, "path.bind(map<string>)");
    return value;
  });
  return new RulesPath(segments);
}
