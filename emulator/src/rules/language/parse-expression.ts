import type { BinaryOperator, Expression, PathSegment } from "./ast.ts";
import { SyntaxIssue } from "./issue.ts";
import type { Position } from "./issue.ts";
import type { TokenStream } from "./token-stream.ts";

/** The binary operators that bind tighter than `&&`, from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ["==", "!="],
  ["in", "is"],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];

/** The maximum nesting of expressions; production refuses deeper ones as too complex. */
const MAX_DEPTH = 100;

const KEYWORDS = new Set(["if", "in", "is", "let", "return", "allow", "match", "function", "service"]);

/** Parses one expression from the stream. Throws `SyntaxIssue`. */
export function parseExpression(stream: TokenStream): Expression {
  return new ExpressionParser(stream).expression();
}

class ExpressionParser {
  private depth = 0;

  constructor(private readonly stream: TokenStream) {}

  expression(): Expression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw tooComplex(this.stream.current.start);
    const condition = this.logical("||", () => this.logical("&&", () => this.binary(0)));
    const result = this.stream.accept("?") ? this.branches(condition) : condition;
    this.depth -= 1;
    return result;
  }

  private branches(condition: Expression): Expression {
    const whenTrue = this.expression();
    this.stream.expect(":");
    return { kind: "conditional", start: condition.start, condition, whenTrue, whenFalse: this.expression() };
  }

  private logical(operator: "&&" | "||", operand: () => Expression): Expression {
    let left = operand();
    for (let terms = 2; this.stream.accept(operator); terms++) {
      this.checkChain(terms, left);
      left = { kind: "logical", start: left.start, operator, left, right: operand() };
    }
    return left;
  }

  /** Each link of a chain of operators, members or calls nests the ones before it. */
  private checkChain(terms: number, left: Expression): void {
    if (this.depth + terms > MAX_DEPTH) throw tooComplex(left.start);
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let terms = 2; ; terms++) {
      const operator = operators.find((text) => this.stream.at(text));
      if (operator === undefined) return left;
      this.checkChain(terms, left);
      this.stream.advance();
      if (operator === "is") {
        left = { kind: "is", start: left.start, operand: left, type: this.stream.expectName("a type").text };
      } else {
        const right = this.binary(level + 1);
        left = { kind: "binary", start: left.start, operator: operator as BinaryOperator, left, right };
      }
    }
  }

  private unary(): Expression {
    const { start } = this.stream.current;
    for (const operator of ["!", "-"] as const) {
      if (!this.stream.accept(operator)) continue;
      if (++this.depth > MAX_DEPTH) throw tooComplex(start);
      const operand = this.unary();
      this.depth -= 1;
      return { kind: "unary", start, operator, operand };
    }
    return this.postfix(this.primary());
  }

  private postfix(target: Expression): Expression {
    for (let links = 1; ; links++) {
      this.checkChain(links, target);
      const { start } = target;
      if (this.stream.accept(".")) {
        const name = this.stream.expectName().text;
        target = this.stream.at("(")
          ? { kind: "method", start, target, name, args: this.args() }
          : { kind: "member", start, target, name };
      } else if (this.stream.accept("[")) {
        const index = this.expression();
        target = this.stream.accept(":")
          ? { kind: "slice", start, target, from: index, to: this.expression() }
          : { kind: "index", start, target, index };
        this.stream.expect("]");
      } else {
        return target;
      }
    }
  }

  private args(): Expression[] {
    this.stream.expect("(");
    return this.separated(")", () => this.expression());
  }

  /** Parses comma-separated items up to the closing token, which is consumed. */
  private separated<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.stream.at(close)) {
      items.push(item());
      if (!this.stream.accept(",")) break;
    }
    this.stream.expect(close);
    return items;
  }

  private primary(): Expression {
    const token = this.stream.current;
    const { start } = token;
    if ("value" in token) {
      this.stream.advance();
      return { kind: "literal", start, value: token.value };
    }
    if (token.kind === "pathSlash") return { kind: "path", start, segments: this.pathSegments() };
    if (token.kind === "name") return this.named(token.text, start);
    if (this.stream.accept("(")) {
      const inner = this.expression();
      this.stream.expect(")");
      return { ...inner, start };
    }
    if (this.stream.accept("["))
      return { kind: "list", start, items: this.separated("]", () => this.expression()) };
    if (this.stream.accept("{"))
      return { kind: "map", start, entries: this.separated("}", () => this.entry()) };
    throw this.stream.unexpected();
  }

  private named(name: string, start: Position): Expression {
    if (KEYWORDS.has(name)) throw this.stream.unexpected();
    this.stream.advance();
    if (name === "true" || name === "false") return { kind: "literal", start, value: name === "true" };
    if (name === "null") return { kind: "literal", start, value: null };
    if (this.stream.at("(")) return { kind: "call", start, name, args: this.args() };
    return { kind: "variable", start, name };
  }

  private entry(): readonly [Expression, Expression] {
    const key = this.expression();
    this.stream.expect(":");
    return [key, this.expression()];
  }

  private pathSegments(): PathSegment[] {
    const segments: PathSegment[] = [];
    while (this.stream.atKind("pathSlash")) {
      this.stream.advance();
      if (this.stream.atKind("segment")) {
        segments.push({ kind: "literal", text: this.stream.advance().text });
      } else if (this.stream.accept("$(")) {
        segments.push({ kind: "expression", expression: this.expression() });
        this.stream.expect(")");
      } else if (this.stream.accept("{")) {
        segments.push({ kind: "capture", name: this.stream.expectName().text });
        this.stream.expect("}");
      } else {
        throw this.stream.unexpected("a path segment");
      }
    }
    return segments;
  }
}

function tooComplex(start: Position): SyntaxIssue {
  return new SyntaxIssue(start, "Expression is too complex to evaluate safely.");
}
