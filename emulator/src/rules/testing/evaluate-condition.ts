import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { parseQuery } from "../../queries/parse.ts";
import type { Query } from "../../queries/query.ts";
import type { Fields, Value } from "../../values/value.ts";
import type { StoredDocument } from "../../values/document.ts";
import { compileRules } from "../compile.ts";
import type { RulesDecision, RulesRequest } from "../request.ts";
import type { Ruleset } from "../ruleset.ts";

/** A stored document from JSON-like fields: integral numbers become integers, Dates timestamps. */
export function storedDocument(path: string, fields: Record<string, unknown>): StoredDocument {
  return { path, fields: toFields(fields), createTime: 1n, updateTime: 1n };
}

export function toValue(json: unknown): Value {
  if (json === null) return { kind: "null" };
  if (typeof json === "boolean") return { kind: "boolean", value: json };
  if (typeof json === "bigint") return { kind: "integer", value: json };
  if (typeof json === "string") return { kind: "string", value: json };
  if (typeof json === "number") {
    return Number.isInteger(json)
      ? { kind: "integer", value: BigInt(json) }
      : { kind: "double", value: json };
  }
  if (Array.isArray(json)) return { kind: "array", values: json.map(toValue) };
  if (json instanceof Date) return { kind: "timestamp", seconds: BigInt(json.getTime()) / 1000n, nanos: 0 };
  if (json instanceof Uint8Array) return { kind: "bytes", value: json };
  return { kind: "map", fields: toFields(json as Record<string, unknown>) };
}

function toFields(record: Record<string, unknown>): Fields {
  return new Map(Object.entries(record).map(([name, value]) => [name, toValue(value)]));
}

/** A reader of the given documents; `after` contains those that the request's batch changes (null: deletes). */
export function readerOf(
  documents: readonly StoredDocument[],
  after: Record<string, StoredDocument | null> = {},
) {
  const byPath = new Map(documents.map((document) => [document.path, document]));
  const reads: string[] = [];
  return {
    reads,
    get(path: string) {
      reads.push(path);
      return byPath.get(path);
    },
    getAfter(path: string) {
      reads.push(path);
      return path in after ? (after[path] ?? undefined) : byPath.get(path);
    },
  };
}

/** A parsed query over a root collection. */
export function queryOf(
  collectionId: string,
  structured: google.firestore.v1.IStructuredQuery = {},
  parent = "projects/demo/databases/(default)/documents",
): Query {
  return parseQuery(parent, { from: [{ collectionId }], ...structured });
}

/** Compiles a source that must be free of errors. */
export function compiled(source: string): Ruleset {
  const result = compileRules(source);
  if (!result.ok) throw new Error(result.issues.map((issue) => issue.description).join("\n"));
  return result.ruleset;
}

/** Rules of version 2 whose database block holds `body`. */
export function rulesWith(body: string): string {
  return `rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    ${body}
  }
}`;
}

/** An unauthenticated `get` of `things/one` at 2025-06-15T13:45:30.250Z, with overrides. */
export function request(overrides: Partial<RulesRequest> = {}): RulesRequest {
  return {
    method: "get",
    path: "things/one",
    database: "projects/demo/databases/(default)",
    auth: null,
    time: BigInt(Date.parse("2025-06-15T13:45:30.250Z")) * 1000n,
    resource: null,
    requestResource: null,
    reader: readerOf([]),
    ...overrides,
  };
}

/** Decides a request by one condition. */
export function decide(condition: string, overrides: Partial<RulesRequest> = {}): RulesDecision {
  const methods = "get, list, create, update, delete";
  return compiled(rulesWith(`match /things/{id} { allow ${methods}: if ${condition}; }`)).evaluate(
    request(overrides),
  );
}

/** The result of a condition: true, false, or the message of its evaluation error. */
export function outcome(condition: string, overrides: Partial<RulesRequest> = {}): boolean | string {
  const { allowed, message } = decide(condition, overrides);
  if (allowed) return true;
  const detail = /^\nevaluation error at \S+ for '\w+' @ L\d+, (.*) for '\w+' @ L\d+$/s.exec(message);
  return detail ? (detail[1] as string) : false;
}
