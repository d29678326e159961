import { describe, expect, it } from "vitest";
import {
  compiled,
  decide,
  outcome,
  queryOf,
  readerOf,
  request,
  rulesWith,
  storedDocument,
} from "./testing/evaluate-condition.ts";

const alice = { uid: "alice", token: { role: "admin", level: 3 } };

describe("match", () => {
  const ruleset = compiled(
    rulesWith(`
    match /cities/{city} {
      allow get: if city == 'SF';
      match /landmarks/{landmark} { allow get: if city == 'SF' && landmark == 'bridge'; }
    }
    match /logs/{rest=**} { allow get; }
    match /{path=**}/songs/{song} { allow get: if song == 'one'; }`),
  );
  const get = (path: string) => ruleset.evaluate(request({ path })).allowed;

  it("binds single wildcards to their segments, in nested blocks too", () => {
    expect(get("cities/SF")).toBe(true);
    expect(get("cities/LA")).toBe(false);
    expect(get("cities/SF/landmarks/bridge")).toBe(true);
    expect(get("cities/SF/landmarks/tower")).toBe(false);
  });

  it("does not match subcollections with a single wildcard", () => {
    expect(get("cities/SF/notes/n")).toBe(false);
  });

  it("matches zero or more segments with a recursive wildcard", () => {
    expect(get("logs/a")).toBe(true);
    expect(get("logs/a/b/c")).toBe(true);
    expect(get("songs/one")).toBe(true);
    expect(get("albums/a/songs/one")).toBe(true);
    expect(get("albums/a/songs/two")).toBe(false);
  });

  it("needs at least one segment for a recursive wildcard in version 1", () => {
    const source = `service cloud.firestore { match /databases/{db}/documents {
      match /a/{id}/{rest=**} { allow get; } } }`;
    expect(compiled(source).evaluate(request({ path: "a/b" })).allowed).toBe(false);
    expect(compiled(source).evaluate(request({ path: "a/b/c/d" })).allowed).toBe(true);
  });

  it("denies paths that no statement matches", () => {
    expect(ruleset.evaluate(request({ path: "other/x" }))).toEqual({
      allowed: false,
      message: "\nNo matching allow statements",
    });
  });
});

describe("allow", () => {
  it("expands read and write to their methods", () => {
    const ruleset = compiled(rulesWith(`match /r/{id} { allow read; } match /w/{id} { allow write; }`));
    const allowed = (method: "get" | "list" | "create" | "update" | "delete", collection: string) => {
      const query = queryOf(collection);
      return ruleset.evaluate(request({ method, path: `${collection}/x`, query })).allowed;
    };
    const methods = ["get", "list", "create", "update", "delete"] as const;
    expect(methods.map((method) => allowed(method, "r"))).toEqual([true, true, false, false, false]);
    expect(methods.map((method) => allowed(method, "w"))).toEqual([false, false, true, true, true]);
  });

  it("needs only one statement that allows", () => {
    const ruleset = compiled(
      rulesWith(`match /things/{id} { allow get: if false; allow get: if 1 / 0 == 1; allow get; }`),
    );
    expect(ruleset.evaluate(request()).allowed).toBe(true);
  });
});

describe("the message of a denial", () => {
  it("contains the line of each statement, and the details of those that could not be evaluated", () => {
    const ruleset = compiled(`rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /things/{id} {
      allow get: if request.auth != null;
      allow get: if resource.data.owner == 'x';
    }
    match /{other=**} {
      allow read: if false;
    }
  }
}`);
    const resource = storedDocument("things/one", {});
    expect(ruleset.evaluate(request({ resource })).message).toBe(
      "\nfalse for 'get' @ L5, evaluation error at L6:21 for 'get' @ L6, false for 'get' @ L9, " +
        "Property owner is undefined on object. for 'get' @ L6",
    );
  });
});

describe("request and resource", () => {
  it("contain the caller and the claims of the token", () => {
    expect(
      outcome("request.auth.uid == 'alice' && request.auth.token.role == 'admin'", { auth: alice }),
    ).toBe(true);
    expect(outcome("request.auth.token.level is int && request.auth.token.level > 2", { auth: alice })).toBe(
      true,
    );
    expect(outcome("request.auth.uid == 'alice'")).toBe("Null value error.");
    expect(outcome("request.auth == null")).toBe(true);
  });

  it("contain the stored document, its id and its name", () => {
    const resource = storedDocument("things/one", { a: { b: 1 } });
    expect(outcome("resource.data.a.b == 1 && resource.id == 'one'", { resource })).toBe(true);
    expect(outcome("resource.__name__ == /databases/(default)/documents/things/one", { resource })).toBe(
      true,
    );
    expect(outcome("resource == null")).toBe(true);
    expect(outcome("resource.data.a == 1")).toBe("Null value error.");
  });

  it("contain the written document only for writes", () => {
    const requestResource = storedDocument("things/one", { n: 1 });
    expect(outcome("request.resource.data.n == 1", { method: "create", requestResource })).toBe(true);
    expect(outcome("request.resource == null", { method: "delete" })).toBe(true);
    expect(outcome("request.resource == null")).toBe("Property resource is undefined on object.");
  });

  it("contain time, method and path", () => {
    expect(outcome("request.time == timestamp.value(1749995130250)")).toBe(true);
    expect(outcome("request.method == 'get'")).toBe(true);
    expect(outcome("request.path == /databases/$('(default)')/documents/things/one")).toBe(true);
    expect(outcome("request.path[3] == 'things'")).toBe(true);
  });
});

describe("a function", () => {
  it("sees its parameters, its lets and the wildcards around its declaration", () => {
    const ruleset = compiled(
      rulesWith(`
      function isOwner(doc, uid) { let owner = doc.owner; let same = owner == uid; return same; }
      match /things/{id} {
        function isOne() { return id == 'one' }
        allow get: if isOwner(resource.data, request.auth.uid) && isOne();
      }`),
    );
    const resource = storedDocument("things/one", { owner: "alice" });
    expect(ruleset.evaluate(request({ resource, auth: alice })).allowed).toBe(true);
    expect(ruleset.evaluate(request({ resource, path: "things/two", auth: alice })).allowed).toBe(false);
  });

  it("does not see the wildcards of a block in which it is not declared", () => {
    const ruleset = compiled(
      rulesWith(`function f() { return id == 'one'; } match /things/{id} { allow get: if f(); }`),
    );
    expect(ruleset.evaluate(request()).message).toContain("Variable not found error: Name: [id].");
  });

  it("throws the error of a let only if the variable is read", () => {
    const source = (result: string) =>
      rulesWith(`function f() { let x = resource.data.missing; return ${result}; }
      match /things/{id} { allow get: if f(); }`);
    const resource = storedDocument("things/one", {});
    expect(compiled(source("true")).evaluate(request({ resource })).allowed).toBe(true);
    expect(compiled(source("x != 1")).evaluate(request({ resource })).allowed).toBe(false);
  });
});

describe("a condition with errors", () => {
  const failing = "resource.data.missing == 1";
  const resource = storedDocument("things/one", {});

  it.each([
    [`${failing} || true`, true],
    [`true || ${failing}`, true],
    [`!(${failing} && false)`, true],
    [`!(false && ${failing})`, true],
    [`${failing} || false`, "Property missing is undefined on object."],
    [`${failing} && true`, "Property missing is undefined on object."],
    [`true && ${failing}`, "Property missing is undefined on object."],
    [`!(${failing})`, "Property missing is undefined on object."],
    ["resource.data.missing == null", "Property missing is undefined on object."],
    ["true ? true : 1 / 0 == 1", true],
    ["'yes'", "Unsupported operation error. Received: string. Expected: bool."],
    ["1 || true", true],
    ["nothing(1)", "Function not found error: Name: [nothing]."],
  ])("evaluates %s to %s", (condition, expected) => {
    expect(outcome(condition, { resource })).toBe(expected);
  });
});

describe("get and exists", () => {
  const reader = () => readerOf([storedDocument("users/alice", { admin: true })]);
  const user = "/databases/$(database)/documents/users/$(request.auth.uid)";

  it("access other documents", () => {
    const input = { auth: alice, reader: reader() };
    expect(outcome(`get(${user}).data.admin`, input)).toBe(true);
    expect(outcome(`exists(${user}) && get(${user}).id == 'alice'`, input)).toBe(true);
  });

  it("return null and false for a missing document", () => {
    const input = { auth: { uid: "bob", token: {} }, reader: reader() };
    expect(outcome(`!exists(${user}) && get(${user}) == null`, input)).toBe(true);
    expect(outcome(`get(${user}).data.admin`, input)).toBe("Null value error.");
  });

  it("see the batch applied in their After forms", () => {
    const stored = storedDocument("counters/c", { n: 1 });
    const written = storedDocument("counters/c", { n: 2 });
    const input = { reader: readerOf([stored], { "counters/c": written, "users/alice": null }) };
    const counter = "/databases/(default)/documents/counters/c";
    expect(outcome(`getAfter(${counter}).data.n == get(${counter}).data.n + 1`, input)).toBe(true);
    expect(outcome(`!existsAfter(/databases/(default)/documents/users/alice)`, input)).toBe(true);
  });

  it("refuse paths that are not documents of this database", () => {
    expect(outcome("exists(/databases/other/documents/a/b)")).toMatch(/^Service call error/);
    expect(outcome("exists(/databases/(default)/documents/a)")).toMatch(/^Service call error/);
    expect(outcome("exists('users/alice')")).toMatch(/Received: exists\(string\)/);
  });
});

describe("a list", () => {
  it("is allowed by conditions that do not depend on documents", () => {
    const query = queryOf("things");
    expect(decide("request.auth != null", { method: "list", query, auth: alice }).allowed).toBe(true);
    expect(decide("request.auth != null", { method: "list", query }).allowed).toBe(false);
  });
});
