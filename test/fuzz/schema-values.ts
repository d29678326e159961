import fc, { type Arbitrary } from "fast-check";
import type { z } from "zod";
import type { Dictionary, Value } from "./dictionary.ts";
import { brokenValue, objectFrom } from "./broken-values.ts";

type Fields = Readonly<Record<string, z.ZodType>>;

/** The part of a zod schema's definition that the generator reads. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly shape?: Fields;
  readonly element?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;

/** How likely a field is to be valid and to be broken. */
const WEIGHTS = { valid: 25, broken: 1 } as const;
/** An optional field that the request does not need is there once in so many times. */
const OPTIONAL_ONE_IN = 8;
/** A field that the request needs is missing once in so many times. */
const MISSING_ONE_IN = 40;

export interface ValueOptions {
  readonly dictionary: Dictionary;
  /** The optional fields that make a request complete. */
  readonly needed?: readonly string[];
}

/**
 * Returns values for the schema of a request. Most are valid; each field is now and then broken. The text of fields
 * comes from the dictionary, by the field's name, because a schema does not tell which mechanics exist.
 */
export function valuesOf(schema: z.ZodType, options: ValueOptions, name = "body"): Arbitrary<Value> {
  const { type, innerType, shape, element } = definitionOf(schema);
  const inner = () => valuesOf(innerType as z.ZodType, options, name);
  switch (type) {
    case "object":
      return objectOf(shape ?? {}, options);
    case "optional":
    case "default":
    case "prefault":
      return inner();
    case "nullable":
      return fc.oneof({ weight: 9, arbitrary: inner() }, fc.constant(null));
    case "array":
      return fc.array(valuesOf(element as z.ZodType, options, name), { maxLength: 5 });
    default:
      return leaf(schema, options.dictionary, name);
  }
}

function objectOf(shape: Fields, options: ValueOptions): Arbitrary<Value> {
  const { dictionary, needed = [] } = options;
  const fields = Object.entries(shape).map(([name, schema]) => {
    const field = fc.oneof(
      { weight: WEIGHTS.valid, arbitrary: valuesOf(schema, options, name) },
      { weight: WEIGHTS.broken, arbitrary: brokenValue(dictionary, name) },
    );
    const isNeeded = needed.includes(name) || isRequired(schema);
    const [there, missing] = isNeeded ? [MISSING_ONE_IN - 1, 1] : [1, OPTIONAL_ONE_IN - 1];
    const missingField = { weight: missing, arbitrary: fc.constant(undefined) };
    return [name, fc.oneof(missingField, { weight: there, arbitrary: field })] as const;
  });
  return fc
    .record(Object.fromEntries(fields) as Record<string, Arbitrary<Value | undefined>>)
    .map((values) => objectFrom(Object.entries(values)));
}

function isRequired(schema: z.ZodType): boolean {
  return !["optional", "default", "prefault"].includes(definitionOf(schema).type);
}

/** One of the dictionary's values that the schema accepts. Throws if it has none, as for a field that is new. */
function leaf(schema: z.ZodType, dictionary: Dictionary, name: string): Arbitrary<Value> {
  const accepted = candidates(schema, dictionary, name).filter((value) => schema.safeParse(value).success);
  if (accepted.length === 0) {
    throw new Error(`no value for ${name}: add one to test/fuzz/dictionary.ts, or to the world's`);
  }
  return fc.constantFrom(...accepted);
}

function candidates(schema: z.ZodType, dictionary: Dictionary, name: string): readonly Value[] {
  const { type, entries, in: input } = definitionOf(schema);
  if (type === "pipe" && input) return candidates(input, dictionary, name);
  if (type === "boolean") return [true, false];
  return [...(dictionary[name] ?? []), ...Object.values(entries ?? {})];
}
