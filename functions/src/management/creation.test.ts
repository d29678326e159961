import { describe, expect, it } from "vitest";
import { principalFromClaims } from "../platform/auth/principal.ts";
import { creationIds, decideCreation } from "./creation.ts";

const principal = principalFromClaims("boss", { role: "admin", shop_id: "s" });
const NAMED_A: { id?: string; name: string } = { name: "A" };
const request = { shopId: "s", kind: "service", principal, body: NAMED_A, key: null };

function counter() {
  let next = 0;
  return () => `new-${(next += 1)}`;
}

describe("the ids of a creation", () => {
  it("are new without a key, and the caller's where the body has one", () => {
    expect(creationIds(request, counter())).toEqual({
      resourceId: "new-1",
      requestId: "new-2",
      isNamed: false,
      isRepeatable: false,
    });
    expect(creationIds({ ...request, body: { ...NAMED_A, id: "wash" } }, counter())).toMatchObject({
      resourceId: "wash",
      isNamed: true,
    });
  });

  it("are the same for an equal request with the same key, and only for that", () => {
    const keyed = { ...request, key: "k" };
    const first = creationIds(keyed, counter());
    expect(creationIds(keyed, counter())).toEqual(first);
    const namedB: typeof NAMED_A = { name: "B" };
    const other = creationIds({ ...keyed, body: namedB }, counter());
    expect(other.resourceId).toBe(first.resourceId);
    expect(other.requestId).not.toBe(first.requestId);
    for (const changed of [{ key: "l" }, { kind: "mechanic" }, { shopId: "t" }]) {
      expect(creationIds({ ...keyed, ...changed }, counter()).resourceId).not.toBe(first.resourceId);
    }
  });
});

describe("a creation", () => {
  it.each([
    [{ exists: false, wasRequested: false }, "create"],
    [{ exists: true, wasRequested: true }, "replay"],
  ])("with %j found is decided as %s", (found, decision) => {
    for (const isNamed of [true, false]) expect(decideCreation(found, { isNamed })).toBe(decision);
  });

  it.each([
    ["an id in use", { exists: true, wasRequested: false }, true, "already_exists"],
    ["a key of another request", { exists: true, wasRequested: false }, false, "idempotency_key_reused"],
    ["a key of what was deleted", { exists: false, wasRequested: true }, false, "idempotency_key_reused"],
  ])("is refused for %s", (_what, found, isNamed, error) => {
    expect(decideCreation(found, { isNamed })).toMatchObject({ refusal: { error } });
  });
});
