import { get, booking, type BadRequest } from "./builders.ts";

export const HEADERS: readonly BadRequest[] = [
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
