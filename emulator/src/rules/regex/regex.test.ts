import { describe, expect, it } from "vitest";
import { patternOf } from "./match.ts";
import { translatePattern } from "./translate.ts";

const matches = (text: string, pattern: string) => patternOf(pattern).whole.test(text);

describe("translatePattern", () => {
  it.each([
    ["^[a-z0-9_-]{3,16}$", "user_name-1", true],
    ["[\\w.+-]+@[\\w-]+\\.[a-z]{2,}", "a.b+c@ex-ample.org", true],
    ["\\d{3}-\\d{4}", "555-0199", true],
    ["(?i)hello", "HeLLo", true],
    ["(?s)a.b", "a\nb", true],
    ["a.b", "a\nb", false],
    ["a.b", "a\u2028b", true],
    ["(?P<year>\\d+)-(?<month>\\d+)", "2025-01", true],
    ["\\p{Lu}\\p{L}*", "Élan", true],
    ["\\pN+", "123", true],
    ["\\p{Greek}+", "λόγος", true],
    ["[[:alpha:]]+[[:digit:]]", "abc1", true],
    ["\\Qa.b\\E+", "a.bbb", true],
    ["\\Aab\\z", "ab", true],
    ["\\x{1F600}", "😀", true],
    [".", "😀", true],
    ["[^\\s]+", "a\u00A0b", true],
    ["a\\-b\\_c", "a-b_c", true],
    ["{a}]", "{a}]", true],
    ["a{2}", "aa", true],
    ["(?m)a$\n^b", "a\nb", true],
  ])("%s against %j: %s", (pattern, text, expected) => {
    expect(matches(text, pattern)).toBe(expected);
  });

  it.each([
    ["(?=a)", "look-around (?= is not supported"],
    ["a(?!b)", "look-around (?! is not supported"],
    ["(?<=a)b", "look-around (?<= is not supported"],
    ["(?<!a)b", "look-around (?<! is not supported"],
    ["(a)\\1", "backreference \\1 is not supported"],
    ["a\\k", "invalid escape sequence \\k"],
    ["a(?i)b", "invalid or unsupported group (?i)"],
    ["[abc", "missing closing ]"],
    ["a\\", "trailing backslash"],
    ["a{1001}", "invalid repeat count {1001}"],
    ["[[:nope:]]", "invalid character class [:nope:]"],
  ])("refuses %s: %s", (pattern, reason) => {
    expect(translatePattern(pattern)).toEqual({ ok: false, reason });
  });

  it.each(["a**", "(", "a++", "*a", "[z-a]"])("refuses %s", (pattern) => {
    expect(translatePattern(pattern).ok).toBe(false);
  });
});
