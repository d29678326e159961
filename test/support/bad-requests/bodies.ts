import { gzipSync } from "node:zlib";
import { GOOD, bytes, type BadRequest } from "./builders.ts";

export const BODIES: readonly BadRequest[] = [
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
