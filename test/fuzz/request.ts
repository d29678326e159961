import fc, { type Arbitrary } from "fast-check";
import { gzipSync } from "node:zlib";
import type { z } from "zod";
import { brokenValue, objectFrom, oddJson } from "./broken-values.ts";
import { SPECIAL_NAMES, type Dictionary, type Value } from "./dictionary.ts";
import { FUZZED_ROUTES, type FuzzedRoute } from "./routes.ts";
import { valuesOf } from "./schema-values.ts";

export interface FuzzRequest {
  readonly method: string;
  /** With the query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** What the requests are drawn from: see world.ts. */
export interface Vocabulary {
  readonly fields: Dictionary;
  /** Values by header; `authorization` has tokens of every role. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"];
const ENCODED_ODDITIES = [
  "%ZZ",
  "%",
  "%E0%A4",
  "%C0%AF",
  "%00",
  "%0d%0aset-cookie:%20a=b",
  "%2e%2e",
  "%2F",
  "%252e",
];

/** Returns requests to every endpoint: most of them well-formed, with something broken in many. */
export function fuzzRequests(vocabulary: Vocabulary): Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...FUZZED_ROUTES.map((route) => ({ weight: route.weight, arbitrary: requestsTo(route, vocabulary) })),
  );
}

function requestsTo(route: FuzzedRoute, vocabulary: Vocabulary): Arbitrary<FuzzRequest> {
  const parts = {
    method: rarely(fc.constantFrom(...METHODS), fc.constant(route.method), 20),
    path: pathOf(route.path, vocabulary.fields),
    query: queryOf(route, vocabulary.fields),
    headers: headersOf(vocabulary, route.staff ?? false),
    body: bodyOf(route, vocabulary.fields),
  };
  return fc.record(parts).map(({ method, path, query, headers, body }) => ({
    method,
    path: path + query,
    headers: { ...headers, ...body.headers },
    body: body.bytes,
  }));
}

/** `unusual` once in `often` times. */
function rarely<T>(unusual: Arbitrary<T>, usual: Arbitrary<T>, often: number): Arbitrary<T> {
  return fc.oneof({ weight: often - 1, arbitrary: usual }, { weight: 1, arbitrary: unusual });
}

function pathOf(template: string, dictionary: Dictionary): Arbitrary<string> {
  const segments = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const usual = fc.constantFrom(...(dictionary[name] ?? [])).map((value) => percentEncoded(textOf(value)));
    const odd = brokenValue(dictionary, name).map((value) => percentEncoded(textOf(value)));
    return rarely(fc.oneof(odd, fc.constantFrom(...ENCODED_ODDITIES)), usual, 15);
  });
  const whole = fc.tuple(...segments).map((parts) => parts.join(""));
  const suffix = fc.constantFrom("/", "//", "/..", ";a=b", ":", "%20", "/x".repeat(500), ".json");
  return rarely(
    fc.tuple(whole, suffix).map(([path, end]) => path + end),
    whole,
    40,
  );
}

/** Every octet that could mean something in a URL is escaped; lone surrogates become U+FFFD, as in any UTF-8 encoder. */
function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((octet) => {
      const character = String.fromCharCode(octet);
      return /[\w.~-]/.test(character) ? character : `%${octet.toString(16).padStart(2, "0")}`;
    })
    .join("");
}

const textOf = (value: Value) => (typeof value === "string" ? value : JSON.stringify(value));

function queryOf({ query, complete }: FuzzedRoute, dictionary: Dictionary): Arbitrary<string> {
  const odd = fc.array(oddParameter(dictionary), { maxLength: 2 });
  const usual = query
    ? completeValues(query, complete, dictionary).map(parametersOf)
    : fc.constant<string[]>([]);
  const extended = fc.tuple(usual, odd).map(([parameters, more]) => [...parameters, ...more]);
  return rarely(extended, usual, 8).map((parameters) =>
    parameters.length > 0 ? `?${parameters.join("&")}` : "",
  );
}

/** Values with the optional fields of one of the complete requests. */
function completeValues(schema: z.ZodType, complete: FuzzedRoute["complete"], dictionary: Dictionary) {
  return fc.oneof(...(complete ?? [[]]).map((needed) => valuesOf(schema, { dictionary, needed })));
}

function parametersOf(values: Value): string[] {
  return Object.entries(values ?? {}).map(
    ([name, value]) => `${name}=${percentEncoded(textOf(value as Value))}`,
  );
}

/** Duplicates, brackets, unknown names, and escapes that cannot be decoded. */
function oddParameter(dictionary: Dictionary): Arbitrary<string> {
  const name = fc.constantFrom(...Object.keys(dictionary), ...SPECIAL_NAMES);
  const shape = fc.constantFrom(
    "N=V",
    "N[]=V",
    "N[$gt]=V",
    "N[a][b]=V",
    "N",
    "=V",
    "N=V=V",
    "N=%ZZ",
    "N=%00",
    "N;V",
  );
  return fc
    .tuple(name, shape, oddJson())
    .map(([parameter, form, value]) =>
      form.replaceAll("N", percentEncoded(parameter)).replaceAll("V", percentEncoded(textOf(value))),
    );
}

function headersOf({ headers }: Vocabulary, staff: boolean): Arbitrary<Record<string, string>> {
  const names = Object.keys(headers).filter((name) => name !== "authorization");
  const others = fc.subarray(names, { maxLength: 4 }).chain((chosen) => headerValues(chosen, headers));
  const signedIn = headerValues(["authorization"], headers);
  const authorization = staff ? rarely(fc.constant({}), signedIn, 4) : rarely(signedIn, fc.constant({}), 4);
  return fc
    .tuple(rarely(others, fc.constant({}), 3), authorization)
    .map(([some, who]) => ({ ...some, ...who }));
}

function headerValues(names: readonly string[], headers: Vocabulary["headers"]) {
  const values = names.map((name) => {
    // A header cannot have control characters: Node refuses to send them.
    const odd = fc.string({ maxLength: 60 }).map((text) => text.trim());
    return [name, rarely(odd, fc.constantFrom(...(headers[name] ?? [])), 20)] as const;
  });
  return fc.record<Record<string, string>>(Object.fromEntries(values));
}

interface FuzzBody {
  readonly bytes: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const GZIPPED_ZEROS = gzipSync(Buffer.alloc(10_000_000));
const JSON_TYPE = { "content-type": "application/json" };

function bodyOf({ body: schema, complete }: FuzzedRoute, dictionary: Dictionary): Arbitrary<FuzzBody> {
  const none: Arbitrary<FuzzBody> = fc.constant({ bytes: null });
  if (!schema) return rarely(oddJson().chain(brokenBody), none, 20);
  const values = completeValues(schema, complete, dictionary);
  const extended = fc
    .tuple(values, fc.array(fc.tuple(fc.constantFrom(...SPECIAL_NAMES), oddJson()), { maxLength: 2 }))
    .map(([value, more]) => objectFrom([...Object.entries(value ?? {}), ...more] as [string, Value][]));
  const sent = rarely(extended, values, 15).map((value) => ({ bytes: jsonBytes(value), headers: JSON_TYPE }));
  return fc.oneof(
    { weight: 25, arbitrary: sent },
    { weight: 3, arbitrary: fc.oneof(values, oddJson()).chain(brokenBody) },
    { weight: 1, arbitrary: none },
  );
}

/** The ways in which the bytes of a body can be wrong, whatever its content is. */
function brokenBody(value: Value): Arbitrary<FuzzBody> {
  const json = jsonBytes(value);
  const typed = (bytes: Buffer, headers = {}): FuzzBody => ({ bytes, headers: { ...JSON_TYPE, ...headers } });
  return fc.oneof(
    fc.nat({ max: json.length }).map((length) => typed(json.subarray(0, length))),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => typed(Buffer.from(bytes))),
    fc
      .tuple(fc.nat({ max: json.length }), fc.constantFrom(0xff, 0xc0, 0, 0x80))
      .map(([at, octet]) =>
        typed(Buffer.concat([json.subarray(0, at), Buffer.from([octet]), json.subarray(at)])),
      ),
    fc
      .constantFrom(
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json; charset=x-klingon",
        ";;;",
      )
      .map((type) => typed(json, { "content-type": type })),
    fc
      .constantFrom("gzip", "br", "deflate", "rot13", "identity")
      .map((encoding) => typed(json, { "content-encoding": encoding })),
    fc.constant(typed(gzipSync(json), { "content-encoding": "gzip" })),
    fc.constant(typed(GZIPPED_ZEROS, { "content-encoding": "gzip" })),
    fc.integer({ min: 60_000, max: 300_000 }).map((length) => typed(Buffer.alloc(length, 0x20))),
    fc
      .integer({ min: 1_000, max: 30_000 })
      .map((depth) => typed(Buffer.from("[".repeat(depth) + "]".repeat(depth)))),
    fc.constant(typed(json.length > 0 ? Buffer.from(json.toString("utf16le")) : json)),
    fc
      .constantFrom("1e999", "-0", '{"a":1,"a":2}', "\ufeff{}", "[1,]", "NaN", '"\\ud800"')
      .map((text) => typed(Buffer.from(text))),
  );
}

const jsonBytes = (value: Value) => Buffer.from(JSON.stringify(value));
