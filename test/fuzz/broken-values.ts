import fc, { type Arbitrary } from "fast-check";
import { CALENDAR_ENDS, SPECIAL_NAMES, type Dictionary, type Value } from "./dictionary.ts";

const NUMBERS = [0, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 31, -(2 ** 31), 5e-324, 999_999_999, 1e21];
const TEXTS = [
  ...[
    "",
    " ",
    "\u0000",
    "\u001b[31m",
    "\u202eabc",
    "\ud800",
    "\ufeff",
    "a\r\nb",
    "%00",
    "%0d%0aset-cookie: a=b",
  ],
  ...[
    "' OR 1=1 --",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "1e999",
    "0x10",
    "٣",
  ],
];

/** Returns values that a broken or hostile client puts in place of the field `name`. */
export function brokenValue(dictionary: Dictionary, name: string): Arbitrary<Value> {
  const tokens = (dictionary[name] ?? []).filter((value) => isToken(value));
  return fc.oneof(
    fc.constantFrom(...NUMBERS, ...TEXTS, ...SPECIAL_NAMES, ...CALENDAR_ENDS, null, true),
    fc.constantFrom(...Object.values(dictionary).flat()),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.integer({ min: 100, max: 3_000 }).map((length) => "x".repeat(length)),
    oddJson(),
    ...(tokens.length > 0 ? [{ weight: 4, arbitrary: fc.constantFrom(...tokens).chain(forged) }] : []),
  );
}

/** Small values of every JSON type, with names that JavaScript gives a meaning. */
export function oddJson(): Arbitrary<Value> {
  const key = fc.constantFrom(...SPECIAL_NAMES, "a", "id");
  return fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom<Value>(null, true, 0, -1, 1e308, "", "x", "__proto__"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((pairs) => objectFrom(pairs)),
    ),
  })).value;
}

/** An object with these own fields, without undefined ones; an object literal would not keep `__proto__`. */
export function objectFrom(pairs: readonly (readonly [string, Value | undefined])[]): Value {
  const object = {};
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

const isToken = (value: Value): value is string => typeof value === "string" && value.length > 15;

/** Variants of a valid token: another content in the same encoding, a changed character, a cut end. */
function forged(token: string): Arbitrary<string> {
  const parts = contentOf(token);
  return fc.oneof(
    fc.nat({ max: token.length - 1 }).map((length) => token.slice(0, length)),
    fc
      .tuple(fc.nat({ max: token.length - 1 }), fc.constantFrom("A", "_", "=", ".", "é", "\u0000"))
      .map(([at, character]) => token.slice(0, at) + character + token.slice(at + 1)),
    ...(parts
      ? [{ weight: 3, arbitrary: fc.tuple(fc.nat({ max: parts.length }), oddPart()).map(replacePart(parts)) }]
      : []),
  );
}

const oddPart = () =>
  fc.oneof(
    fc.constantFrom<Value>(...NUMBERS, ...CALENDAR_ENDS, ...SPECIAL_NAMES, "grace", 31_000_000, null),
    oddJson(),
  );

const replacePart =
  (parts: readonly Value[]) =>
  ([at, part]: [number, Value]): string =>
    Buffer.from(JSON.stringify([...parts.slice(0, at), part, ...parts.slice(at + 1)])).toString("base64url");

function contentOf(token: string): readonly Value[] | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return Array.isArray(content) ? (content as Value[]) : undefined;
  } catch {
    return undefined;
  }
}
