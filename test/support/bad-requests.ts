import { gzipSync } from "node:zlib";
import type { ErrorCode } from "../../functions/src/platform/errors.ts";
import type { RawRequest } from "./raw-request.ts";
import { CUSTOMER } from "./shop.ts";

/** What must come back: the catalogue's error and, for `invalid_request`, the fields it names. */
export interface BadRequest {
  readonly what: string;
  readonly request: RawRequest;
  readonly error: ErrorCode;
  readonly fields?: readonly string[];
}

/** Requests to a shop `bad` that exists, with a mechanic `ada` who offers an `inspection`. */
const SLOTS = "/v1/shops/bad/slots";
const BOOKINGS = "/v1/shops/bad/bookings";
const DAY = "2030-01-15";
const LONG_ID = "x".repeat(2048);

const GOOD = { service_id: "inspection", mechanic_id: "ada", start: `${DAY}T15:00:00Z`, customer: CUSTOMER };

const get = (what: string, path: string, error: ErrorCode, ...fields: string[]): BadRequest => ({
  what,
  request: { path },
  error,
  fields,
});
const availability = (what: string, query: string, error: ErrorCode, ...fields: string[]): BadRequest =>
  get(what, `/availability?shop_id=bad&${query}`, error, ...fields);
const slots = (what: string, query: string, error: ErrorCode, ...fields: string[]): BadRequest =>
  get(what, `${SLOTS}?${query}`, error, ...fields);

const bytes = (what: string, body: string | Buffer, error: ErrorCode, headers = {}): BadRequest => ({
  what,
  request: {
    method: "POST",
    path: BOOKINGS,
    body,
    headers: { "content-type": "application/json", ...headers },
  },
  error,
});
const booking = (what: string, change: object, error: ErrorCode, ...fields: string[]): BadRequest => ({
  ...bytes(what, JSON.stringify({ ...GOOD, ...change }), error),
  fields,
});
const method = (name: string, path: string): BadRequest => ({
  what: `${name} ${path}`,
  request: { method: name, path },
  error: "method_not_allowed",
});
const slotId = (...parts: unknown[]) => ({
  slot_id: Buffer.from(JSON.stringify(parts)).toString("base64url"),
  service_id: undefined,
  mechanic_id: undefined,
  start: undefined,
});

const BODIES: readonly BadRequest[] = [
  bytes("JSON that breaks off", '{"service_id": "insp', "invalid_json"),
  bytes("text instead of JSON", "service_id=inspection&start=now", "invalid_json"),
  bytes("JSON in bytes that are no UTF-8", Buffer.from('{"notes":"\xff\xfe"}', "latin1"), "invalid_json"),
  bytes("JSON in UTF-16", Buffer.from(JSON.stringify(GOOD), "utf16le"), "invalid_json"),
  bytes("a form", "------x\r\nContent-Disposition: form-data", "invalid_json", {
    "content-type": "multipart/form-data; boundary=----x",
  }),
  bytes("text that says it is a form", "a=b&c=%ZZ", "invalid_json", {
    "content-type": "application/x-www-form-urlencoded",
  }),
  bytes("a content type that is none", "{", "invalid_json", { "content-type": ";;;charset=\u00ff" }),
  bytes("an unknown charset", "{", "invalid_json", { "content-type": "application/json; charset=x-klingon" }),
  bytes("brackets without end", "[".repeat(60_000), "invalid_json"),
  bytes("deep nesting", `${"[".repeat(30_000)}${"]".repeat(30_000)}`, "invalid_request"),
  bytes("no body", "", "invalid_request"),
  bytes("a list", "[]", "invalid_request"),
  bytes("null", "null", "invalid_request"),
  bytes("a number", "12", "invalid_request"),
  bytes("a text", '"inspection"', "invalid_request"),
  bytes("five megabytes", JSON.stringify({ ...GOOD, notes: "x".repeat(5_000_000) }), "payload_too_large"),
  bytes("five megabytes of nothing", Buffer.alloc(5_000_000), "payload_too_large"),
  bytes("gzip that is none", "not gzip at all", "unsupported_encoding", { "content-encoding": "gzip" }),
  bytes("gzip, even a sound one", gzipSync(JSON.stringify(GOOD)), "unsupported_encoding", {
    "content-encoding": "gzip",
  }),
  bytes("brotli garbage", "\x00\x01", "unsupported_encoding", { "content-encoding": "br" }),
  bytes("deflate garbage", "\x00\x01", "unsupported_encoding", { "content-encoding": "deflate" }),
  bytes("an unknown encoding", "{}", "unsupported_encoding", { "content-encoding": "rot13" }),
];

const FIELDS: readonly BadRequest[] = [
  booking("a number for an id", { service_id: 7 }, "invalid_request", "service_id"),
  booking("an object for an id", { mechanic_id: { id: "ada" } }, "invalid_request", "mechanic_id"),
  booking("an id with slashes", { mechanic_id: "ada/../grace" }, "invalid_request", "mechanic_id"),
  booking("an id of 2 kB", { service_id: LONG_ID }, "invalid_request", "service_id"),
  booking("an empty id", { service_id: "" }, "invalid_request", "service_id"),
  booking("an id that the database reserves", { service_id: "__id7__" }, "invalid_request", "service_id"),
  booking("a prototype's name as an id", { mechanic_id: "constructor" }, "not_found"),
  booking("a start without offset", { start: `${DAY}T15:00:00` }, "invalid_request", "start"),
  booking("a start on no date", { start: "2026-02-30T15:00:00Z" }, "invalid_request", "start"),
  booking("a start at no hour", { start: `${DAY}T25:00:00Z` }, "invalid_request", "start"),
  booking("a start within a minute", { start: `${DAY}T15:00:30Z` }, "invalid_request", "start"),
  booking("a start as a number", { start: 1_900_000_000 }, "invalid_request", "start"),
  booking("a start in words", { start: "tomorrow at nine" }, "invalid_request", "start"),
  booking("a start long ago", { start: "1971-01-01T00:00:00Z" }, "too_soon"),
  booking("a start at the end of time", { start: "9998-12-31T00:00:00Z" }, "outside_hours"),
  booking("a start before time began", { start: "1970-01-01T00:00:00+14:00" }, "invalid_request", "start"),
  booking("a start in year 0", { start: "0000-01-01T00:00:00Z" }, "invalid_request", "start"),
  booking("a start in year 1", { start: "0001-01-01T00:00:00+14:00" }, "invalid_request", "start"),
  booking(
    "a start beyond the end of time",
    { start: "9999-12-30T23:59:00-12:00" },
    "invalid_request",
    "start",
  ),
  booking("half a minute", { duration_minutes: 0.5 }, "invalid_request", "duration_minutes"),
  booking("a length below zero", { duration_minutes: -30 }, "invalid_request", "duration_minutes"),
  booking("a length as text", { duration_minutes: "30" }, "invalid_request", "duration_minutes"),
  booking("an endless length", { duration_minutes: 1e308 }, "invalid_request", "duration_minutes"),
  booking("an unknown field", { price: 0 }, "invalid_request", "price"),
  booking("no customer", { customer: undefined }, "invalid_request", "customer"),
  booking("a customer without name", { customer: {} }, "invalid_request", "customer.name"),
  booking("a name of blanks", { customer: { name: "  " } }, "invalid_request", "customer.name"),
  booking("a name with a NUL", { customer: { name: "A\u0000da" } }, "invalid_request", "customer.name"),
  booking("a name with an escape", { customer: { name: "\u001b[31m" } }, "invalid_request", "customer.name"),
  ...["\n", "\r\n", "\t", "\u0085", "\u2028", "\u202e", "\u2066"].map((character) =>
    booking(
      `a name with ${encodeURIComponent(character)}`,
      { customer: { name: `A${character}da` } },
      "invalid_request",
      "customer.name",
    ),
  ),
  booking("a name that nobody sees", { customer: { name: "\u200b" } }, "invalid_request", "customer.name"),
  booking("notes with a control character", { notes: "brakes\u009b31m" }, "invalid_request", "notes"),
  booking("half a character", { customer: { name: "\ud83d" } }, "invalid_request", "customer.name"),
  booking("a name of 201", { customer: { name: "x".repeat(201) } }, "invalid_request", "customer.name"),
  booking(
    "no address",
    { customer: { name: "A", email: "a@b\r\nBcc: c@d" } },
    "invalid_request",
    "customer.email",
  ),
  booking("no phone", { customer: { name: "A", phone: "call me" } }, "invalid_request", "customer.phone"),
  ...["12", "+(-)", "+1 2", "212-555-0100 x", "x12", "0100 ext. twelve", "1".repeat(41), "0100\n0200"].map(
    (phone) =>
      booking(
        `no phone: ${JSON.stringify(phone)}`,
        { customer: { name: "A", phone } },
        "invalid_request",
        "customer.phone",
      ),
  ),
  booking("notes too long", { notes: "x".repeat(2001) }, "invalid_request", "notes"),
  booking(
    "several wrongs at once",
    { start: "x", customer: 1, a: 1 },
    "invalid_request",
    "start",
    "customer",
    "a",
  ),
  {
    ...bytes(
      "__proto__ in the body",
      JSON.stringify(GOOD).replace("{", '{"__proto__":{"admin":true},'),
      "invalid_request",
    ),
    fields: ["__proto__"],
  },
  booking("constructor in the body", { constructor: { prototype: {} } }, "invalid_request", "constructor"),
  booking(
    "both a slot and a service",
    { slot_id: "abc" },
    "invalid_request",
    "service_id",
    "mechanic_id",
    "start",
  ),
  booking("a slot id that is none", { ...slotId(), slot_id: "!!!" }, "invalid_request", "slot_id"),
  booking("a slot id of 2 kB", { ...slotId(), slot_id: LONG_ID }, "invalid_request", "slot_id"),
  booking(
    "a forged slot id with a path",
    slotId("a/b", "inspection", 31_000_000, 30),
    "invalid_request",
    "slot_id",
  ),
  booking(
    "a forged slot id of a reserved name",
    slotId("__x__", "inspection", 31_000_000, 30),
    "invalid_request",
    "slot_id",
  ),
  booking(
    "a forged slot id beyond time",
    slotId("ada", "inspection", 9e15, 30),
    "invalid_request",
    "slot_id",
  ),
  booking(
    "a forged slot id before time",
    slotId("ada", "inspection", -9e15, 30),
    "invalid_request",
    "slot_id",
  ),
  booking(
    "a forged slot id of an age",
    slotId("ada", "inspection", 31_000_000, 9e15),
    "invalid_request",
    "slot_id",
  ),
  booking(
    "a forged slot id of another length",
    slotId("ada", "inspection", 31_000_000, 31),
    "invalid_duration",
  ),
  {
    what: "a query where none belongs",
    request: { ...booking("", {}, "internal").request, path: `${BOOKINGS}?dry_run=true` },
    error: "invalid_request",
    fields: ["dry_run"],
  },
  {
    what: "an Idempotency-Key of 256 characters",
    request: {
      ...booking("", {}, "internal").request,
      headers: { "idempotency-key": "\u00fc".repeat(256) },
    },
    error: "invalid_request",
    fields: ["idempotency-key"],
  },
];

const QUERIES: readonly BadRequest[] = [
  get("no date", "/availability?shop_id=bad", "invalid_request", "date"),
  availability("an impossible date", "date=2026-02-30", "invalid_request", "date"),
  availability("29 February of a common year", "date=2027-02-29", "invalid_request", "date"),
  availability("a date with a time", "date=2026-01-15T10:00:00Z", "invalid_request", "date"),
  availability("a date in words", "date=today", "invalid_request", "date"),
  availability("no date in its place", "date=", "invalid_request", "date"),
  availability("a date of NUL", "date=%00", "invalid_request", "date"),
  availability("a date twice", `date=${DAY}&date=${DAY}`, "invalid_request", "date"),
  availability("a date as a map", `date[day]=${DAY}`, "invalid_request", "date[day]"),
  availability("an unknown parameter", `date=${DAY}&colour=red`, "invalid_request", "colour"),
  availability("an unknown one twice", `date=${DAY}&a=1&a=2`, "invalid_request", "a"),
  availability("__proto__", `date=${DAY}&__proto__=1`, "invalid_request", "__proto__"),
  availability("__proto__ as a map", `date=${DAY}&__proto__[admin]=1`, "invalid_request", "__proto__[admin]"),
  availability("constructor", `date=${DAY}&constructor=1`, "invalid_request", "constructor"),
  availability("toString as a service", `date=${DAY}&service_id=toString`, "not_found"),
  availability("constructor as a mechanic", `date=${DAY}&mechanic_id=constructor`, "not_found"),
  availability(
    "__proto__ as a mechanic",
    `date=${DAY}&mechanic_id=__proto__`,
    "invalid_request",
    "mechanic_id",
  ),
  availability("malformed percent encoding", `date=%ZZ`, "invalid_request", "date"),
  availability("a truncated character", `date=${DAY}&service_id=%E4%B8`, "invalid_request", "service_id"),
  availability("an id with a slash", `date=${DAY}&service_id=a%2Fb`, "invalid_request", "service_id"),
  availability("an id of 2 kB", `date=${DAY}&service_id=${LONG_ID}`, "invalid_request", "service_id"),
  availability("a length of none", `date=${DAY}&duration_minutes=0`, "invalid_request", "duration_minutes"),
  availability("a length in hex", `date=${DAY}&duration_minutes=0x1e`, "invalid_request", "duration_minutes"),
  availability("a day's length", `date=${DAY}&duration_minutes=1440`, "invalid_request", "duration_minutes"),
  availability("a flag that is none", `date=${DAY}&fresh=yes`, "invalid_request", "fresh"),
  availability("date and range", `date=${DAY}&from_date=${DAY}`, "invalid_request", "from_date"),
  availability("half a range", `from_date=${DAY}`, "invalid_request", "to_date"),
  availability(
    "a range turned round",
    `from_date=2026-02-01&to_date=2026-01-01`,
    "invalid_request",
    "to_date",
  ),
  availability(
    "every parameter wrong",
    "date=x&service_id=%2F&fresh=1",
    "invalid_request",
    "date",
    "service_id",
    "fresh",
  ),
  get("an unknown shop", `/availability?shop_id=nobody&date=${DAY}`, "not_found"),
  get("a shop id with a slash", `/availability?shop_id=a%2Fb&date=${DAY}`, "invalid_request", "shop_id"),
  get("a shop id of dots", `/availability?shop_id=..&date=${DAY}`, "invalid_request", "shop_id"),
  slots("no start", `to=${DAY}`, "invalid_request", "from"),
  slots("no end", `from=${DAY}`, "invalid_request", "to"),
  availability("the day before time begins", "date=1969-12-31", "invalid_request", "date"),
  availability("the day that has no tomorrow", "date=9999-12-31", "invalid_request", "date"),
  slots("an impossible date", `from=2026-02-30&to=${DAY}`, "invalid_request", "from"),
  slots(
    "a page token of garbage",
    `from=${DAY}&to=${DAY}&page_token=%00%ff`,
    "invalid_request",
    "page_token",
  ),
  slots(
    "a page token of 2 kB",
    `from=${DAY}&to=${DAY}&page_token=${LONG_ID}`,
    "invalid_request",
    "page_token",
  ),
];

const PATHS: readonly BadRequest[] = [
  get("an unknown path", "/v2/nothing", "not_found"),
  get("the root", "/", "not_found"),
  get("a path of dots", "/../../etc/passwd", "not_found"),
  get("encoded dots", "/%2e%2e/%2e%2e/etc/passwd", "not_found"),
  get("malformed percent encoding", "/v1/shops/%ZZ/slots", "not_found"),
  get("a truncated character", "/v1/shops/%E0%A4/slots", "not_found"),
  get("a lone percent sign", "/%", "not_found"),
  get("a path of 4 kB", `/${"x/".repeat(2048)}`, "not_found"),
  get(
    "a shop id with an encoded slash",
    `/v1/shops/a%2Fb/slots?from=${DAY}&to=${DAY}`,
    "invalid_request",
    "shop_id",
  ),
  get("a shop id with slashes", `/v1/shops/a/b/c/slots`, "not_found"),
  get("a shop id of 2 kB", `/v1/shops/${LONG_ID}`, "invalid_request", "shop_id"),
  get("a shop id with a NUL", `/v1/shops/a%00b`, "invalid_request", "shop_id"),
  get("a shop id that the database reserves", `/v1/shops/__proto__`, "invalid_request", "shop_id"),
  get("an unknown shop", `/v1/shops/constructor`, "not_found"),
  get("markup", "/%3Cscript%3Ealert(1)%3C/script%3E", "not_found"),
  get("an unknown parameter of a plain list", "/v1/shops/bad/services?x=1", "invalid_request", "x"),
];

const METHODS: readonly BadRequest[] = [
  method("POST", "/availability"),
  method("DELETE", SLOTS),
  method("PUT", BOOKINGS),
  method("GET", "/bookings"),
  method("GET", "/availability/seed"),
  method("PATCH", "/v1/shops/bad"),
  method("TRACE", "/availability"),
  method("PROPFIND", "/healthz"),
];

const HEADERS: readonly BadRequest[] = [
  {
    what: "a method override, which is nobody's business",
    request: { ...get("", "/bookings", "internal").request, headers: { "x-http-method-override": "POST" } },
    error: "method_not_allowed",
  },
  {
    what: "a token of 8 kB",
    request: {
      ...booking("", {}, "internal").request,
      headers: { authorization: `Bearer ${"a".repeat(8192)}` },
    },
    error: "unauthenticated",
  },
  {
    what: "a token of a prototype",
    request: {
      ...booking("", {}, "internal").request,
      headers: {
        authorization: `Bearer e30.${Buffer.from('{"__proto__":{"role":"admin"}}').toString("base64url")}.`,
      },
    },
    error: "unauthenticated",
  },
  {
    what: "hosts, ranges and conditions that make no sense",
    request: {
      path: "/v1/shops/nobody",
      headers: {
        host: "evil.example:99999",
        "x-forwarded-for": "not-an-address, ::::, 999.1.1.1",
        "x-forwarded-host": "<script>",
        "x-forwarded-proto": "gopher",
        forwarded: "for=;;;",
        "if-none-match": '"\\',
        "if-modified-since": "yesterday",
        range: "bytes=9-1",
        "accept-encoding": "gzip;q=x, *;q=9",
        accept: "text/html;q=z",
        cookie: "__proto__=1; =; ;;",
        origin: "null",
        traceparent: "garbage",
        "x-cloud-trace-context": "garbage/;o=x",
        "function-execution-id": "\u00ff",
      },
    },
    error: "not_found",
  },
];

export const BAD_REQUESTS: readonly BadRequest[] = [
  ...BODIES,
  ...FIELDS,
  ...QUERIES,
  ...PATHS,
  ...METHODS,
  ...HEADERS,
];
