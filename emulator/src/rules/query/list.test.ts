import { describe, expect, it } from "vitest";
import { parseQuery } from "../../queries/parse.ts";
import { valueToWire } from "../../values/wire.ts";
import {
  compiled,
  decide,
  queryOf,
  readerOf,
  request,
  rulesWith,
  storedDocument,
  toValue,
} from "../testing/evaluate-condition.ts";

type Op =
  "EQUAL" | "NOT_EQUAL" | "LESS_THAN" | "LESS_THAN_OR_EQUAL" | "GREATER_THAN" | "GREATER_THAN_OR_EQUAL";
type ListOp = "IN" | "NOT_IN" | "ARRAY_CONTAINS" | "ARRAY_CONTAINS_ANY";

const alice = { uid: "alice", token: {} };

function where(fieldPath: string, op: Op | ListOp, value: unknown) {
  return { fieldFilter: { field: { fieldPath }, op, value: valueToWire(toValue(value)) } };
}

function all(...filters: ReturnType<typeof where>[]) {
  return { compositeFilter: { op: "AND" as const, filters } };
}

function any(...filters: ReturnType<typeof where>[]) {
  return { compositeFilter: { op: "OR" as const, filters } };
}

/** Whether alice may run a query on `things` with this filter under this condition. */
function allows(condition: string, filter?: object, rest: object = {}): boolean {
  const query = queryOf("things", { ...(filter ? { where: filter } : {}), ...rest });
  return decide(condition, { method: "list", query, auth: alice }).allowed;
}

describe("an equality filter", () => {
  const own = "resource.data.owner == request.auth.uid";

  it("makes the field known", () => {
    expect(allows(own, where("owner", "EQUAL", "alice"))).toBe(true);
    expect(allows(own, where("owner", "EQUAL", "bob"))).toBe(false);
    expect(allows(own, all(where("owner", "EQUAL", "alice"), where("n", "GREATER_THAN", 1)))).toBe(true);
  });

  it("is required if the condition depends on the field: rules are not filters", () => {
    expect(allows(own)).toBe(false);
    expect(allows(own, where("other", "EQUAL", "alice"))).toBe(false);
    expect(allows(`!(${own})`)).toBe(false);
    expect(allows("resource.data.owner != 'other'")).toBe(false);
  });

  it("must be in every disjunct of the query", () => {
    const condition = "resource.data.owner in ['alice', 'public']";
    expect(allows(condition, where("owner", "IN", ["alice", "public"]))).toBe(true);
    expect(allows(condition, where("owner", "IN", ["alice", "bob"]))).toBe(false);
    expect(allows(condition, any(where("owner", "EQUAL", "alice"), where("owner", "EQUAL", "public")))).toBe(
      true,
    );
    expect(allows(condition, any(where("owner", "EQUAL", "alice"), where("n", "EQUAL", 1)))).toBe(false);
  });

  it("makes nested fields known, by name or by key", () => {
    const filter = where("roles.alice", "EQUAL", "admin");
    expect(allows("resource.data.roles.alice == 'admin'", filter)).toBe(true);
    expect(allows("resource.data.roles[request.auth.uid] == 'admin'", filter)).toBe(true);
    expect(allows("request.auth.uid in resource.data.roles", filter)).toBe(true);
    expect(allows("resource.data.get(['roles', 'alice'], '') == 'admin'", filter)).toBe(true);
    expect(allows("'bob' in resource.data.roles", filter)).toBe(false);
  });

  it("is used through functions and lets", () => {
    const ruleset = compiled(
      rulesWith(`function owns(data) { let owner = data.owner; return owner == request.auth.uid; }
      match /things/{id} { allow list: if owns(resource.data); }`),
    );
    const query = queryOf("things", { where: where("owner", "EQUAL", "alice") });
    expect(ruleset.evaluate(request({ method: "list", query, auth: alice })).allowed).toBe(true);
  });

  it("lets get and exists be called with the known value", () => {
    const reader = readerOf([storedDocument("teams/red", { members: ["alice"] })]);
    const team = "/databases/$(database)/documents/teams/$(resource.data.team)";
    const condition = `request.auth.uid in get(${team}).data.members`;
    const run = (filter?: object) => {
      const query = queryOf("things", filter ? { where: filter } : {});
      return decide(condition, { method: "list", query, auth: alice, reader }).allowed;
    };
    expect(run(where("team", "EQUAL", "red"))).toBe(true);
    expect(run()).toBe(false);
  });
});

describe("a range filter", () => {
  it.each([
    ["resource.data.n > 5", "GREATER_THAN", 5, true],
    ["resource.data.n > 5", "GREATER_THAN_OR_EQUAL", 5, false],
    ["resource.data.n >= 5", "GREATER_THAN_OR_EQUAL", 5, true],
    ["resource.data.n > 4.5", "GREATER_THAN_OR_EQUAL", 5, true],
    ["5 < resource.data.n", "GREATER_THAN", 6, true],
    ["resource.data.n > 5", "LESS_THAN", 9, false],
    ["resource.data.n < 10", "LESS_THAN", 10, true],
    ["resource.data.n < 10", "LESS_THAN_OR_EQUAL", 10, false],
    ["resource.data.n != 10", "LESS_THAN", 10, true],
    ["!(resource.data.n == 10)", "LESS_THAN", 10, true],
    ["!(resource.data.n >= 10)", "LESS_THAN", 10, true],
    ["resource.data.n is number", "LESS_THAN", 10, true],
    ["resource.data.n is int", "LESS_THAN", 10, false],
    ["resource.data.n != null", "LESS_THAN", 10, true],
    ["resource.data.n != 'text'", "LESS_THAN", 10, true],
  ] as const)("decides %s under %s %s: %s", (condition, op, bound, expected) => {
    expect(allows(condition, where("n", op, bound))).toBe(expected);
  });

  it("decides comparisons of timestamps with the request's time", () => {
    const published = "resource.data.at <= request.time";
    expect(allows(published, where("at", "LESS_THAN_OR_EQUAL", new Date("2025-01-01")))).toBe(true);
    expect(allows(published, where("at", "LESS_THAN_OR_EQUAL", new Date("2026-01-01")))).toBe(false);
  });
});

describe("the rest of the query", () => {
  it("excludes the values of != and not-in", () => {
    expect(allows("resource.data.state != 'draft'", where("state", "NOT_EQUAL", "draft"))).toBe(true);
    expect(allows("resource.data.state != 'other'", where("state", "NOT_EQUAL", "draft"))).toBe(false);
    expect(allows("!(resource.data.state in ['a', 'b'])", where("state", "NOT_IN", ["b", "a", "c"]))).toBe(
      true,
    );
    expect(allows("resource.data.state != null", where("state", "NOT_EQUAL", "draft"))).toBe(true);
  });

  it("implies membership by array-contains", () => {
    const condition = "request.auth.uid in resource.data.members";
    expect(allows(condition, where("members", "ARRAY_CONTAINS", "alice"))).toBe(true);
    expect(allows(condition, where("members", "ARRAY_CONTAINS", "bob"))).toBe(false);
    expect(allows(condition, where("members", "ARRAY_CONTAINS_ANY", ["alice"]))).toBe(true);
    expect(allows(condition, where("members", "ARRAY_CONTAINS_ANY", ["alice", "bob"]))).toBe(false);
  });

  it("implies by an order that the field exists", () => {
    const orderBy = [{ field: { fieldPath: "rank" }, direction: "ASCENDING" as const }];
    expect(allows("'rank' in resource.data", undefined, { orderBy })).toBe(true);
    expect(allows("'other' in resource.data", undefined, { orderBy })).toBe(false);
  });

  it("is checked by the rules even if no document can match its filter", () => {
    expect(allows("resource.data.owner == 'alice'", where("n", "IN", [NaN]))).toBe(false);
  });
});

describe("request.query", () => {
  it("offers limit, offset and order", () => {
    expect(allows("request.query.limit <= 50", undefined, { limit: { value: 50 } })).toBe(true);
    expect(allows("request.query.limit <= 50", undefined, { limit: { value: 51 } })).toBe(false);
    expect(allows("request.query.limit <= 50")).toBe(false);
    expect(allows("request.query.offset == 3", undefined, { offset: 3 })).toBe(true);
    const orderBy = [{ field: { fieldPath: "rank" }, direction: "DESCENDING" as const }];
    expect(allows("request.query.orderBy.rank == 'DESC'", undefined, { orderBy })).toBe(true);
  });
});

describe("an unknown value", () => {
  it.each([
    ["resource.data.open || request.auth != null", true],
    ["request.auth != null || resource.data.open", true],
    ["resource.data.open && request.auth == null", false],
    ["!(resource.data.open && request.auth == null)", true],
    ["resource.data.open ? true : true", false],
    ["resource.data.tags.size() < 3", false],
    ["resource.data.n + 1 == 2", false],
    ["resource.data.tags[0:1] == ['a']", false],
    ["[resource.data.a] == [1]", false],
    ["id == 'one'", false],
    ["resource.id == 'one'", false],
    ["resource != null", true],
  ])("decides %s as %s", (condition, expected) => {
    expect(allows(condition)).toBe(expected);
  });

  it("is distinguished from false in the message", () => {
    const { message } = decide("resource.data.open", { method: "list", query: queryOf("things") });
    expect(message).toMatch(
      /^\nevaluation error at L4:\d+ for 'list' @ L4, The query's constraints do not imply/,
    );
  });
});

describe("the path of a list", () => {
  const root = "projects/demo/databases/(default)/documents";
  const list = (body: string, parent: string, from: object) => {
    const query = parseQuery(parent, { from: [from] });
    return compiled(rulesWith(body)).evaluate(request({ method: "list", query, auth: alice })).allowed;
  };

  it("is known up to the document", () => {
    const body = "match /users/{uid}/notes/{note} { allow list: if uid == request.auth.uid; }";
    expect(list(body, `${root}/users/alice`, { collectionId: "notes" })).toBe(true);
    expect(list(body, `${root}/users/bob`, { collectionId: "notes" })).toBe(false);
  });

  it("is matched only by recursive wildcards for a collection group", () => {
    const group = { collectionId: "notes", allDescendants: true };
    expect(list("match /{path=**}/notes/{note} { allow list; }", root, group)).toBe(true);
    expect(list("match /{everything=**} { allow list; }", root, group)).toBe(true);
    expect(list("match /notes/{note} { allow list; }", root, group)).toBe(false);
    expect(list("match /users/{uid}/notes/{note} { allow list; }", root, group)).toBe(false);
    expect(list("match /{path=**}/other/{note} { allow list; }", root, group)).toBe(false);
  });

  it("names the document if the filter does", () => {
    const name = { fieldPath: "__name__" };
    const run = (op: "EQUAL" | "IN", ...ids: string[]) => {
      const values = ids.map((id) => ({ referenceValue: `${root}/things/${id}` }));
      const value = op === "EQUAL" ? values[0]! : { arrayValue: { values } };
      return allows("id == request.auth.uid", { fieldFilter: { field: name, op, value } });
    };
    expect(run("EQUAL", "alice")).toBe(true);
    expect(run("EQUAL", "bob")).toBe(false);
    expect(run("IN", "alice", "bob")).toBe(false);
  });
});
