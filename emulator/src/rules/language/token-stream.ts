import { SyntaxIssue } from "./issue.ts";
import type { Token } from "./lexer.ts";

/** A cursor over tokens for a recursive-descent parser. */
export class TokenStream {
  private index = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.tokens[this.index] as Token;
  }

  /** Whether the current token is this name or punctuation. */
  at(text: string): boolean {
    const { kind } = this.current;
    return (kind === "name" || kind === "punctuation") && this.current.text === text;
  }

  atKind(kind: Token["kind"]): boolean {
    return this.current.kind === kind;
  }

  /** Whether the token after the current one is this punctuation. */
  followedBy(text: string): boolean {
    return this.tokens[this.index + 1]?.text === text;
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== "end") this.index += 1;
    return token;
  }

  accept(text: string): boolean {
    if (!this.at(text)) return false;
    this.advance();
    return true;
  }

  expect(text: string): Token {
    if (!this.at(text)) throw this.unexpected(`'${text}'`);
    return this.advance();
  }

  expectName(what = "an identifier"): Token {
    if (!this.atKind("name")) throw this.unexpected(what);
    return this.advance();
  }

  /** A syntax error at the current token, worded as in production. */
  unexpected(expected?: string): SyntaxIssue {
    const { kind, text, start } = this.current;
    // A slash without white space after it begins a path, which only `match` accepts.
    if (kind === "pathSlash") return new SyntaxIssue(start, "Missing 'match' keyword before path.");
    const tail = expected === undefined ? "" : ` Expected ${expected}.`;
    return new SyntaxIssue(start, `Unexpected '${text}'.${tail}`);
  }
}
