import type { DocumentAccess } from "./document-access.ts";
import { isAccessFunction } from "./namespaces/access-functions.ts";
import {
  EvaluationError,
  LimitError,
  functionNotFound,
  unsupported,
  wrongArgumentCount,
} from "./values/evaluation-error.ts";
import { readIndex, readMember, readSlice } from "./indexing.ts";
import type { Expression, PathSegment } from "./language/ast.ts";
import { GLOBAL_FUNCTIONS, NAMESPACES } from "./namespaces/namespaces.ts";
import { mapLiteral, segmentParts } from "./literals.ts";
import { applyBinary, applyUnary } from "./operators.ts";
import { decideBinary, decideType } from "./query/decide.ts";
import { Unknown } from "./values/values.ts";
import { methodOfUnknown } from "./query/unknown-method.ts";
import { Scope } from "./scope.ts";
import type { Binding } from "./scope.ts";
import { isOfType, typeName } from "./values/type-name.ts";
import { invoke } from "./types/callable.ts";
import { callMethod } from "./types/methods.ts";
import { RulesPath } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** The number of expressions that one request may evaluate. */
const MAX_EXPRESSIONS = 1000;

type Node<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Evaluates the conditions of one request and counts their expressions. */
export class Evaluator {
  private spent = 0;

  constructor(private readonly access: DocumentAccess) {}

  /** Throws `EvaluationError`, which `&&` and `||` may catch, and `LimitError`, which ends the request. */
  evaluate(node: Expression, scope: Scope): RulesValue {
    this.spend(1);
    switch (node.kind) {
      case "literal":
        return node.value;
      case "variable":
        return readVariable(scope, node.name);
      case "member":
        return this.member(this.evaluate(node.target, scope), node.name);
      case "index":
        return this.index(this.evaluate(node.target, scope), this.evaluate(node.index, scope));
      case "slice":
        return this.strict([node.target, node.from, node.to], scope, ([target, from, to]) =>
          readSlice(target as RulesValue, from as RulesValue, to as RulesValue),
        );
      case "unary":
        return this.strict([node.operand], scope, ([value]) =>
          applyUnary(node.operator, value as RulesValue),
        );
      case "binary":
        return this.binary(node, scope);
      case "logical":
        return this.logical(node, scope);
      case "conditional":
        return this.conditional(node, scope);
      case "is": {
        const value = this.evaluate(node.operand, scope);
        return value instanceof Unknown ? decideType(value, node.type) : isOfType(value, node.type);
      }
      case "list":
        return this.strict(node.items, scope, (items) => items);
      case "map":
        return this.strict(node.entries.flat(), scope, mapLiteral);
      case "path":
        return this.path(node.segments, scope);
      case "call":
        return this.call(node, scope);
      case "method":
        return this.method(node, scope);
    }
  }

  private spend(count: number): void {
    this.spent += count;
    if (this.spent > MAX_EXPRESSIONS) {
      throw new LimitError(
        `Unable to evaluate the expression as the maximum of ${MAX_EXPRESSIONS} expressions to evaluate has been reached.`,
      );
    }
  }

  /** Evaluates the operands and applies a function; if one of them is unknown, so is the result. */
  private strict(
    operands: readonly Expression[],
    scope: Scope,
    apply: (values: RulesValue[]) => RulesValue,
  ): RulesValue {
    const values = operands.map((operand) => this.evaluate(operand, scope));
    return values.some((value) => value instanceof Unknown) ? new Unknown() : apply(values);
  }

  private member(target: RulesValue, name: string): RulesValue {
    return target instanceof Unknown ? target.member(name) : readMember(target, name);
  }

  private index(target: RulesValue, index: RulesValue): RulesValue {
    if (target instanceof Unknown) return typeof index === "string" ? target.member(index) : new Unknown();
    return index instanceof Unknown ? index : readIndex(target, index);
  }

  private binary(node: Node<"binary">, scope: Scope): RulesValue {
    const left = this.evaluate(node.left, scope);
    const right = this.evaluate(node.right, scope);
    const known = !(left instanceof Unknown) && !(right instanceof Unknown);
    return known ? applyBinary(node.operator, left, right) : decideBinary(node.operator, left, right);
  }

  /** `true` decides `||` and `false` decides `&&`, even if the other side is unknown or an error. */
  private logical(node: Node<"logical">, scope: Scope): RulesValue {
    const deciding = node.operator === "||";
    const left = this.operand(node.left, node.operator, scope);
    if (left === deciding) return deciding;
    this.spend(1);
    const right = this.operand(node.right, node.operator, scope);
    if (right === deciding) return deciding;
    if (left instanceof Unknown || right instanceof Unknown) return new Unknown();
    for (const side of [left, right]) if (side instanceof EvaluationError) throw side;
    return !deciding;
  }

  private operand(node: Expression, operator: string, scope: Scope): boolean | Unknown | EvaluationError {
    const binding = this.attempt(() => this.evaluate(node, scope));
    if ("error" in binding) return binding.error;
    const { value } = binding;
    if (typeof value === "boolean" || value instanceof Unknown) return value;
    return unsupported(`${operator} ${typeName(value)}`, `bool ${operator} bool`);
  }

  private conditional(node: Node<"conditional">, scope: Scope): RulesValue {
    this.spend(1);
    const condition = this.evaluate(node.condition, scope);
    // The condition may be an error for some documents, so equal branches decide nothing.
    if (condition instanceof Unknown) return condition;
    if (typeof condition !== "boolean") throw unsupported(`${typeName(condition)} ? … : …`, "bool ? … : …");
    return this.evaluate(condition ? node.whenTrue : node.whenFalse, scope);
  }

  private path(segments: readonly PathSegment[], scope: Scope): RulesValue {
    this.spend(segments.length);
    const parts: (string | { capture: string })[] = [];
    for (const segment of segments) {
      if (segment.kind === "literal") parts.push(segment.text);
      else if (segment.kind === "capture") parts.push({ capture: segment.name });
      else {
        const value = this.evaluate(segment.expression, scope);
        if (value instanceof Unknown) return value;
        parts.push(...segmentParts(value));
      }
    }
    return new RulesPath(parts);
  }

  private call(node: Node<"call">, scope: Scope): RulesValue {
    const { name } = node;
    const args = node.args.map((arg) => this.evaluate(arg, scope));
    const found = scope.function(name);
    if (found) return this.callDeclared(name, found, args);
    const unknown = args.find((arg) => arg instanceof Unknown);
    if (isAccessFunction(name)) {
      if (args.length !== 1) throw wrongArgumentCount(name);
      return unknown ?? this.access.call(name, args[0] as RulesValue);
    }
    const global = Object.hasOwn(GLOBAL_FUNCTIONS, name) ? GLOBAL_FUNCTIONS[name] : undefined;
    if (!global) throw functionNotFound(name);
    return unknown ?? invoke(name, global, undefined, args);
  }

  private callDeclared(
    name: string,
    { declaration, scope }: NonNullable<ReturnType<Scope["function"]>>,
    args: readonly RulesValue[],
  ): RulesValue {
    if (args.length !== declaration.parameters.length) throw wrongArgumentCount(name);
    const values = new Map(declaration.parameters.map((parameter, i) => [parameter, args[i] as RulesValue]));
    const inner = new Scope(scope, [], values);
    for (const { name: variable, value } of declaration.lets) {
      inner.bind(
        variable,
        this.attempt(() => this.evaluate(value, inner)),
      );
    }
    return this.evaluate(declaration.result, inner);
  }

  private method(node: Node<"method">, scope: Scope): RulesValue {
    const { target, name } = node;
    const namespace =
      target.kind === "variable" && !isBound(scope, target.name) && NAMESPACES.get(target.name);
    if (namespace) {
      const callable = Object.hasOwn(namespace, name) ? namespace[name] : undefined;
      const label = `${target.name}.${name}`;
      if (!callable) throw functionNotFound(label);
      return this.strict(node.args, scope, (args) => invoke(label, callable, undefined, args));
    }
    const receiver = this.evaluate(target, scope);
    const args = node.args.map((arg) => this.evaluate(arg, scope));
    if (receiver instanceof Unknown) return methodOfUnknown(receiver, name, args);
    return args.find((arg) => arg instanceof Unknown) ?? callMethod(receiver, name, args);
  }

  private attempt(
    compute: () => RulesValue,
  ): { readonly value: RulesValue } | { readonly error: EvaluationError } {
    try {
      return { value: compute() };
    } catch (error) {
      if (error instanceof EvaluationError) return { error };
      throw error;
    }
  }
}

function isBound(scope: Scope, name: string): boolean {
  return scope.variable(name) !== undefined;
}

function readVariable(scope: Scope, name: string): RulesValue {
  const binding: Binding | undefined = scope.variable(name);
  if (!binding) throw new EvaluationError(`Variable not found error: Name: [${name}].`);
  if ("error" in binding) throw binding.error;
  return binding.value;
}
