import type { Position } from "./issue.ts";

/** The methods of an `allow`; `read` and `write` expand to several of them. */
export type RulesMethod = "get" | "list" | "create" | "update" | "delete";

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in";

/** One segment of a path expression: literal text, `$(expression)`, or `{name}` to be filled by `bind`. */
export type PathSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "capture"; readonly name: string };

/** An expression with the position where its text starts. */
export type Expression = { readonly start: Position } & (
  | { readonly kind: "literal"; readonly value: null | boolean | bigint | number | string | Uint8Array }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "path"; readonly segments: readonly PathSegment[] }
  | { readonly kind: "member"; readonly target: Expression; readonly name: string }
  | { readonly kind: "index"; readonly target: Expression; readonly index: Expression }
  | {
      readonly kind: "slice";
      readonly target: Expression;
      readonly from: Expression;
      readonly to: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "method";
      readonly target: Expression;
      readonly name: string;
      readonly args: readonly Expression[];
    }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "logical";
      readonly operator: "&&" | "||";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "is"; readonly operand: Expression; readonly type: string }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
);

export interface FunctionDeclaration {
  readonly name: string;
  readonly start: Position;
  readonly parameters: readonly string[];
  readonly lets: readonly { readonly name: string; readonly value: Expression; readonly start: Position }[];
  readonly result: Expression;
}

export interface AllowStatement {
  readonly start: Position;
  readonly methods: ReadonlySet<RulesMethod>;
  /** Undefined when the statement has no `if`: it always allows. */
  readonly condition: Expression | undefined;
}

/** A segment of a `match` path. `{name=**}` matches several segments, `{name}` exactly one. */
export type PatternSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "single"; readonly name: string }
  | { readonly kind: "recursive"; readonly name: string };

export interface MatchBlock {
  readonly start: Position;
  readonly pattern: readonly PatternSegment[];
  readonly functions: readonly FunctionDeclaration[];
  readonly allows: readonly AllowStatement[];
  readonly matches: readonly MatchBlock[];
}

export interface ServiceBlock {
  readonly name: string;
  readonly start: Position;
  readonly functions: readonly FunctionDeclaration[];
  readonly matches: readonly MatchBlock[];
}

export interface RulesFile {
  /** "1" by default. */
  readonly version: "1" | "2";
  readonly functions: readonly FunctionDeclaration[];
  readonly services: readonly ServiceBlock[];
}
