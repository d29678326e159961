const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
};

const NUMERIC_ESCAPES = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-3][0-7]{2}))/;

/**
 * Decodes the text between the quotes of a literal: the simple escapes, `\xHH`, `\uHHHH` (one UTF-16 unit) and
 * three octal digits. Returns undefined for any other escape: production refuses such a ruleset.
 */
export function unescapeString(raw: string): string | undefined {
  let text = "";
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] as string;
    if (char !== "\\") {
      text += char;
      continue;
    }
    const rest = raw.slice(i + 1, i + 6);
    const simple = SIMPLE_ESCAPES[rest[0] ?? ""];
    if (simple !== undefined) {
      text += simple;
      i += 1;
      continue;
    }
    const numeric = NUMERIC_ESCAPES.exec(rest);
    if (!numeric) return undefined;
    const code =
      numeric[3] !== undefined ? parseInt(numeric[3], 8) : parseInt((numeric[1] ?? numeric[2]) as string, 16);
    text += String.fromCharCode(code);
    i += numeric[0].length;
  }
  return text;
}

/** The bytes of a `b'…'` literal: `\xHH` and octal escapes are bytes, every other character is its UTF-8. */
export function unescapeBytes(raw: string): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const piece of raw.match(/\\(?:x[0-9a-fA-F]{2}|[0-3][0-7]{2})|\\?[^]/gu) ?? []) {
    const byte = /^\\(?:x(..)|([0-3]..))$/.exec(piece);
    if (byte) {
      parts.push(Uint8Array.of(byte[1] ? parseInt(byte[1], 16) : parseInt(byte[2] as string, 8)));
      continue;
    }
    const text = unescapeString(piece);
    if (text === undefined) return undefined;
    parts.push(Buffer.from(text, "utf8"));
  }
  return Buffer.concat(parts);
}
