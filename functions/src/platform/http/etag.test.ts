import { describe, expect, it } from "vitest";
import { isKnown, matches } from "./etag.ts";

const ETAG = '"abc"';

describe("isKnown", () => {
  it.each([ETAG, ` ${ETAG} `, `W/${ETAG}`, `"x", ${ETAG}`, `"x",W/${ETAG} , "y"`, "*", " * "])(
    "is true for If-None-Match: %s",
    (header) => expect(isKnown(header, ETAG)).toBe(true),
  );
  it.each([undefined, "", '"x"', "abc", `xW/${ETAG}`, `"*"`])("is false for If-None-Match: %s", (header) => {
    expect(isKnown(header, ETAG)).toBe(false);
  });
});

describe("matches", () => {
  it.each([null, ETAG, ` ${ETAG} `, `"x", ${ETAG}`, "*", " * "])("is true for If-Match: %s", (header) => {
    expect(matches(header, ETAG)).toBe(true);
  });
  it.each(["", '"x"', "abc", `W/${ETAG}`, `"*"`, "**"])("is false for If-Match: %s", (header) => {
    expect(matches(header, ETAG)).toBe(false);
  });
});
