import type {
  AllowStatement,
  FunctionDeclaration,
  MatchBlock,
  PatternSegment,
  RulesFile,
  RulesMethod,
  ServiceBlock,
} from "./ast.ts";
import { SyntaxIssue } from "./issue.ts";
import type { Position } from "./issue.ts";
import { tokenize } from "./lexer.ts";
import { parseExpression } from "./parse-expression.ts";
import { TokenStream } from "./token-stream.ts";

const METHODS: Readonly<Record<string, readonly RulesMethod[]>> = {
  read: ["get", "list"],
  get: ["get"],
  list: ["list"],
  write: ["create", "update", "delete"],
  create: ["create"],
  update: ["update"],
  delete: ["delete"],
};

const MAX_NESTED_MATCHES = 10;

/** Parses a whole rules file. Throws `SyntaxIssue` at the first syntax error. */
export function parseRules(source: string): RulesFile {
  const stream = new TokenStream(tokenize(source));
  const version = parseVersion(stream);
  const functions: FunctionDeclaration[] = [];
  const services: ServiceBlock[] = [];
  while (!stream.atKind("end")) {
    if (stream.at("function")) functions.push(parseFunction(stream));
    else if (stream.at("service")) services.push(parseService(stream));
    else throw stream.unexpected();
  }
  return { version, functions, services };
}

function parseVersion(stream: TokenStream): "1" | "2" {
  if (!stream.accept("rules_version")) return "1";
  stream.expect("=");
  const token = stream.current;
  if (token.kind !== "string") throw stream.unexpected("a version string");
  if (token.value !== "1" && token.value !== "2") {
    throw new SyntaxIssue(
      token.start,
      `Invalid rules version '${token.value}'. Valid versions are '1' and '2'.`,
    );
  }
  stream.advance();
  stream.accept(";");
  return token.value;
}

function parseService(stream: TokenStream): ServiceBlock {
  const { start } = stream.expect("service");
  let name = stream.expectName().text;
  while (stream.accept(".")) name += `.${stream.expectName().text}`;
  stream.expect("{");
  const functions: FunctionDeclaration[] = [];
  const matches: MatchBlock[] = [];
  while (!stream.accept("}")) {
    if (stream.at("function")) functions.push(parseFunction(stream));
    else if (stream.at("match")) matches.push(parseMatch(stream));
    else throw stream.unexpected();
  }
  return { name, start, functions, matches };
}

function parseMatch(stream: TokenStream, depth = 1): MatchBlock {
  const { start } = stream.expect("match");
  if (depth > MAX_NESTED_MATCHES) {
    throw new SyntaxIssue(start, `Match statements may be nested ${MAX_NESTED_MATCHES} deep at most.`);
  }
  const pattern = parsePattern(stream);
  stream.expect("{");
  const functions: FunctionDeclaration[] = [];
  const allows: AllowStatement[] = [];
  const matches: MatchBlock[] = [];
  while (!stream.accept("}")) {
    if (stream.at("function")) functions.push(parseFunction(stream));
    else if (stream.at("allow")) allows.push(parseAllow(stream));
    else if (stream.at("match")) matches.push(parseMatch(stream, depth + 1));
    else throw stream.unexpected();
  }
  return { start, pattern, functions, allows, matches };
}

function parsePattern(stream: TokenStream): PatternSegment[] {
  const segments: PatternSegment[] = [];
  if (!stream.atKind("pathSlash")) throw stream.unexpected("a path");
  while (stream.atKind("pathSlash")) {
    stream.advance();
    if (stream.atKind("segment")) {
      segments.push({ kind: "literal", text: stream.advance().text });
      continue;
    }
    stream.expect("{");
    const name = stream.expectName().text;
    const recursive = stream.accept("=");
    if (recursive) stream.expect("**");
    stream.expect("}");
    segments.push({ kind: recursive ? "recursive" : "single", name });
  }
  return segments;
}

function parseAllow(stream: TokenStream): AllowStatement {
  const { start } = stream.expect("allow");
  const methods = new Set<RulesMethod>();
  do {
    const name = stream.expectName("a method");
    const expanded = METHODS[name.text];
    if (!expanded) throw new SyntaxIssue(name.start, `Invalid method '${name.text}' in allow statement.`);
    for (const method of expanded) methods.add(method);
  } while (stream.accept(","));
  const condition = stream.accept(":") ? parseCondition(stream) : undefined;
  stream.accept(";");
  return { start, methods, condition };
}

function parseCondition(stream: TokenStream) {
  stream.expect("if");
  return parseExpression(stream);
}

function parseFunction(stream: TokenStream): FunctionDeclaration {
  stream.expect("function");
  const name = stream.expectName();
  stream.expect("(");
  const parameters: string[] = [];
  while (!stream.at(")")) {
    parameters.push(stream.expectName().text);
    if (!stream.accept(",")) break;
  }
  stream.expect(")");
  stream.expect("{");
  const lets = parseLets(stream);
  stream.expect("return");
  const result = parseExpression(stream);
  stream.accept(";");
  stream.expect("}");
  return { name: name.text, start: name.start, parameters, lets, result };
}

function parseLets(stream: TokenStream): FunctionDeclaration["lets"] {
  const lets: { name: string; value: ReturnType<typeof parseExpression>; start: Position }[] = [];
  while (stream.accept("let")) {
    const name = stream.expectName();
    stream.expect("=");
    lets.push({ name: name.text, value: parseExpression(stream), start: name.start });
    stream.accept(";");
  }
  return lets;
}
