import { SyntaxIssue } from "./issue.ts";
import type { Position } from "./issue.ts";
import { unescapeBytes, unescapeString } from "./strings.ts";

/**
 * One token. `pathSlash` is a `/` that begins a path segment: no white space follows it. A `/` before white space is
 * the division operator. `segment` is the literal text of a path segment.
 */
export type Token = { readonly start: Position; readonly text: string } & (
  | { readonly kind: "name" | "punctuation" | "pathSlash" | "segment" | "end" }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
);

const BLANK = /(?:[\s\uFEFF]+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const NUMBER = /(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?/y;
const QUOTED = /(b?)('(?:[^'\\\n\r]|\\[^\n\r])*'|"(?:[^"\\\n\r]|\\[^\n\r])*")/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const PUNCTUATION = /&&|\|\||==|!=|<=|>=|\*\*|\$\(|[-+*/%!<>=?:;,.(){}[\]]/y;
const SEGMENT = /\(default\)|[A-Za-z0-9_%@~+-]+/y;

/** Splits a rules source into tokens, ending with an `end` token. Throws `SyntaxIssue`. */
export function tokenize(source: string): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  private offset = 0;
  private line = 1;
  private lineStart = 0;
  private readonly tokens: Token[] = [];

  constructor(private readonly source: string) {}

  run(): Token[] {
    for (;;) {
      this.take(BLANK);
      if (this.offset >= this.source.length) break;
      this.next();
    }
    this.tokens.push({ kind: "end", text: "<EOF>", start: this.here() });
    return this.tokens;
  }

  private next(): void {
    const start = this.here();
    const quoted = this.take(QUOTED);
    if (quoted) return this.pushQuoted(start, quoted[1] === "b", quoted[2] as string);
    const name = this.take(NAME);
    if (name) return this.push({ kind: "name", text: name[0], start });
    const number = this.take(NUMBER);
    if (number) return this.pushNumber(start, number[0]);
    if (this.source[this.offset] === "/" && /[^\s]/.test(this.source[this.offset + 1] ?? " ")) {
      this.offset += 1;
      return this.pushPathSlash(start);
    }
    const punctuation = this.take(PUNCTUATION);
    if (!punctuation) throw new SyntaxIssue(start, `Unexpected '${this.source[this.offset]}'.`);
    this.push({ kind: "punctuation", text: punctuation[0], start });
  }

  private pushPathSlash(start: Position): void {
    this.push({ kind: "pathSlash", text: "/", start });
    const at = this.here();
    const segment = this.take(SEGMENT);
    if (segment) this.push({ kind: "segment", text: segment[0], start: at });
  }

  private pushNumber(start: Position, text: string): void {
    if (/^\d+$/.test(text)) {
      const value = BigInt(text);
      // 2^63 is accepted: after a minus it is the smallest integer.
      if (value > 1n << 63n) throw new SyntaxIssue(start, `Invalid integer literal '${text}'.`);
      this.push({ kind: "integer", text, value, start });
    } else {
      this.push({ kind: "float", text, value: Number(text), start });
    }
  }

  private pushQuoted(start: Position, isBytes: boolean, quoted: string): void {
    const raw = quoted.slice(1, -1);
    const value = isBytes ? unescapeBytes(raw) : unescapeString(raw);
    if (value === undefined) throw new SyntaxIssue(start, `Invalid escape sequence in ${quoted}.`);
    if (typeof value === "string") this.push({ kind: "string", text: quoted, value, start });
    else this.push({ kind: "bytes", text: quoted, value, start });
  }

  private push(token: Token): void {
    this.tokens.push(token);
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.source);
    if (!match) return undefined;
    for (let i = this.offset; i < this.offset + match[0].length; i++) {
      if (this.source[i] !== "\n") continue;
      this.line += 1;
      this.lineStart = i + 1;
    }
    this.offset += match[0].length;
    return match;
  }

  private here(): Position {
    return { line: this.line, column: this.offset - this.lineStart + 1 };
  }
}
