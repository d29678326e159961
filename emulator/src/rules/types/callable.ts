import { unsupported, wrongArgumentCount } from "../values/evaluation-error.ts";
import { typeName } from "../values/type-name.ts";
import type {
  RulesDuration,
  RulesLatLng,
  RulesMap,
  RulesPath,
  RulesSet,
  RulesTimestamp,
  RulesValue,
} from "../values/values.ts";

/** The values of each parameter type; `a|b` accepts either type. */
interface ParameterTypes {
  any: RulesValue;
  bool: boolean;
  int: bigint;
  float: number;
  "int|float": bigint | number;
  string: string;
  "string|bytes": string | Uint8Array;
  "string|list": string | readonly RulesValue[];
  list: readonly RulesValue[];
  "list|set": readonly RulesValue[] | RulesSet;
  map: RulesMap;
  path: RulesPath;
  timestamp: RulesTimestamp;
  duration: RulesDuration;
  latlng: RulesLatLng;
}

type ParameterType = keyof ParameterTypes;
type Arguments<P extends readonly ParameterType[]> = { [K in keyof P]: ParameterTypes[P[K]] };

/** A method or namespaced function with the types of its parameters. */
export interface Callable<T> {
  readonly parameters: readonly ParameterType[];
  run(target: T, args: readonly RulesValue[]): RulesValue;
}

export type CallableTable<T> = Readonly<Record<string, Callable<T>>>;

/** Declares a method of `T`; its arguments have been checked against `parameters` when `run` is called. */
export function method<T, const P extends readonly ParameterType[]>(
  parameters: P,
  run: (target: T, ...args: Arguments<P>) => RulesValue,
): Callable<T> {
  return { parameters, run: (target, args) => run(target, ...(args as unknown as Arguments<P>)) };
}

/** Declares a function without a receiver. */
export function fn<const P extends readonly ParameterType[]>(
  parameters: P,
  run: (...args: Arguments<P>) => RulesValue,
): Callable<undefined> {
  return method<undefined, P>(parameters, (_target, ...args) => run(...args));
}

/** Checks the number and types of the arguments and calls. `label` is the name in messages, e.g. `list.hasAny`. */
export function invoke<T>(
  label: string,
  callable: Callable<T>,
  target: T,
  args: readonly RulesValue[],
): RulesValue {
  if (args.length !== callable.parameters.length)
    throw wrongArgumentCount(label.slice(label.indexOf(".") + 1));
  const fits = callable.parameters.every((type, i) => accepts(type, args[i] as RulesValue));
  if (!fits) {
    const received = args.map(typeName).join(", ");
    throw unsupported(`${label}(${received})`, signatures(label, callable.parameters));
  }
  return callable.run(target, args);
}

function accepts(type: ParameterType, value: RulesValue): boolean {
  return type === "any" || type.split("|").includes(typeName(value));
}

/** The signatures of all parameter types: `math.abs(int), math.abs(float)`. */
function signatures(label: string, parameters: readonly ParameterType[]): string {
  let lists: string[][] = [[]];
  for (const type of parameters)
    lists = type.split("|").flatMap((one) => lists.map((list) => [...list, one]));
  return lists.map((list) => `${label}(${list.join(", ")})`).join(", ");
}
