import { describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";
import { n, RawClient } from "./support/raw-client.ts";

const fresh = freshProjects();

async function http(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(`http://${fresh.emulator.address}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

const project = (rest: string) => `/emulator/v1/projects/${fresh.projectId}${rest}`;

describe("the port", () => {
  it("answers Ok to a health check", async () => {
    expect(await http("GET", "/")).toEqual({ status: 200, body: "Ok\n" });
  });

  it.each([
    ["GET", "/nowhere"],
    ["GET", "/emulator/v1/projects/p/databases/(default)/nothing"],
    ["PATCH", "/emulator/v1/projects/p/usage"],
  ])("answers 404 with JSON to %s %s", async (method, path) => {
    const { status, body } = await http(method, path);
    expect(status).toBe(404);
    expect(body.error.status).toBe("NOT_FOUND");
  });

  it.each([["not json"], ["{}"], ["[]"], ['{"faults": [{"method": "Commit"}]}'], ["null"]])(
    "answers 400 to the fault settings %s",
    async (body) => {
      expect((await http("PUT", project("/faults"), body)).status).toBe(400);
    },
  );

  it("allows requests of the Emulator UI from its own origin", async () => {
    const response = await fetch(`http://${fresh.emulator.address}/`, {
      headers: { origin: "http://localhost:4000" },
    });
    expect(response.headers.get("access-control-allow-origin")).toBe("http://localhost:4000");
  });
});

describe("the admin API", () => {
  it("deletes every document of a database", async () => {
    await fresh.client.commit([{ set: "c/a" }, { set: "c/a/s/b" }]);
    const { status } = await http("DELETE", project("/databases/(default)/documents"));
    expect(status).toBe(200);
    expect((await fresh.client.get("c/a/s/b")).status).toBe("NOT_FOUND");
  });

  it("deletes a document with its descendants", async () => {
    await fresh.client.commit([{ set: "c/a" }, { set: "c/a/s/b" }, { set: "c/ab" }]);
    await http("DELETE", project("/databases/(default)/documents/c/a"));
    expect((await fresh.client.get("c/a/s/b")).status).toBe("NOT_FOUND");
    expect((await fresh.client.get("c/ab")).status).toBe("OK");
  });

  it("deletes the documents of every project on a reset", async () => {
    await fresh.client.commit([{ set: "c/a" }]);
    expect((await http("POST", "/reset")).status).toBe(200);
    expect((await fresh.client.get("c/a")).status).toBe("NOT_FOUND");
  });
});

describe("a ruleset", () => {
  const rules = (body: string) =>
    `rules_version = '2';\nservice cloud.firestore { match /databases/{db}/documents { ${body} } }`;
  const put = (content: string, rest: object = {}) =>
    http("PUT", project(":securityRules"), { rules: { files: [{ name: "my.rules", content }] }, ...rest });

  it("applies to later requests of clients, but not to servers", async () => {
    const anyone = new RawClient(fresh.emulator.address, fresh.projectId, null);
    expect((await anyone.commit([{ set: "open/a", fields: n(1) }])).status).toBe("OK");
    expect((await put(rules("match /open/{id} { allow read; }"))).status).toBe(200);
    expect((await anyone.get("open/a")).status).toBe("OK");
    expect((await anyone.query("open")).status).toBe("OK");
    for (const denied of [anyone.commit([{ set: "open/b" }]), anyone.get("shut/a"), anyone.query("shut")]) {
      expect((await denied).status).toBe("PERMISSION_DENIED");
    }
    expect((await fresh.client.commit([{ set: "shut/a" }])).status).toBe("OK");
    anyone.close();
  });

  it("sees the claims of an unverified token, and the whole commit with getAfter", async () => {
    const claims = Buffer.from(JSON.stringify({ sub: "ann", role: "clerk" })).toString("base64url");
    const ann = new RawClient(fresh.emulator.address, fresh.projectId, `Bearer e30.${claims}.`);
    await put(
      rules(`match /pairs/{id} {
        allow write: if request.auth.uid == 'ann' && request.auth.token.role == 'clerk'
          && getAfter(/databases/$(db)/documents/pairs/$(request.resource.data.other)).data.other == id; }`),
    );
    const pair = (set: string, other: string) => ({ set, fields: { other: { stringValue: other } } });
    expect((await ann.commit([pair("pairs/a", "b")])).status).toBe("PERMISSION_DENIED");
    expect((await ann.commit([pair("pairs/a", "b"), pair("pairs/b", "a")])).status).toBe("OK");
    ann.close();
  });

  it("is refused with line and column if it does not compile, and leaves the old one in place", async () => {
    await put(rules("match /open/{id} { allow read; }"));
    const broken = rules("match /open/{id} { allow read: if }");
    const refused = await put(broken);
    expect(refused.status).toBe(400);
    expect(refused.body.issues[0]).toMatchObject({ severity: "ERROR", sourcePosition: { line: 2 } });
    const ignored = await put(broken, { ignore_errors: true });
    expect(ignored.status).toBe(200);
    expect(ignored.body.issues[0].sourcePosition).toMatchObject({ fileName: "my.rules", line: 2 });
    const anyone = new RawClient(fresh.emulator.address, fresh.projectId, null);
    expect((await anyone.query("open")).status).toBe("OK");
    anyone.close();
  });

  it("is separate for each project", async () => {
    await put(rules(""));
    const elsewhere = new RawClient(fresh.emulator.address, `${fresh.projectId}-other`, null);
    expect((await elsewhere.commit([{ set: "c/a" }])).status).toBe("OK");
    elsewhere.close();
  });
});
