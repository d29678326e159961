import { SLOTS, BOOKINGS, DAY, LONG_ID, get, method, type BadRequest } from "./builders.ts";

export const PATHS: readonly BadRequest[] = [
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

export const METHODS: readonly BadRequest[] = [
  method("POST", "/availability"),
  method("DELETE", SLOTS),
  method("PUT", BOOKINGS),
  method("GET", "/bookings"),
  method("GET", "/availability/seed"),
  method("PUT", "/v1/shops/bad"),
  method("TRACE", "/availability"),
  method("PROPFIND", "/healthz"),
];
