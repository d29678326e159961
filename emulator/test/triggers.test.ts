import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import protobuf from "protobufjs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startFirestoreEmulator } from "../src/index.ts";
import type { RunningEmulator } from "../src/index.ts";
import { messageType } from "../src/protobuf/messages.ts";
import { sleep } from "./support/fresh.ts";
import { n, nOf, RawClient } from "./support/raw-client.ts";

interface Delivery {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let functions: Server;
let emulator: RunningEmulator;
let client: RawClient;
let deliveries: Delivery[] = [];
let answerAfterMillis = 0;
let projects = 0;
let projectId: string;

beforeAll(async () => {
  functions = createServer((request, response) => {
    const take = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      deliveries.push({
        path: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      await sleep(answerAfterMillis);
      response.end();
    };
    take().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const { port } = functions.address() as AddressInfo;
  emulator = await startFirestoreEmulator({ functionsEmulator: { host: "127.0.0.1", port } });
});
afterAll(async () => {
  await emulator.stop();
  functions.closeAllConnections();
  functions.close();
});
beforeEach(() => {
  deliveries = [];
  answerAfterMillis = 0;
  projectId = `demo-triggers-${++projects}`;
  client = new RawClient(emulator.address, projectId);
});

async function register(key: string, method: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`http://${emulator.address}/emulator/v1/projects/${projectId}/${path}`, {
    method,
    body: JSON.stringify(body),
  });
  expect(response.status, `registering ${key}`).toBe(200);
  return response.json();
}

const registerV2 = (key: string, operation: string, document: string, rest: object = {}) =>
  register(key, "POST", `eventarcTrigger?eventarcTriggerId=${key}`, {
    eventType: `google.cloud.firestore.document.v1.${operation}`,
    database: "(default)",
    namespace: "(default)",
    document: { value: document, matchType: document.includes("{") ? "PATH_PATTERN" : "EXACT" },
    ...rest,
  });

async function delivered(count: number): Promise<readonly Delivery[]> {
  for (let waited = 0; deliveries.length < count && waited < 3_000; waited += 10) await sleep(10);
  await sleep(30);
  expect(deliveries).toHaveLength(count);
  return deliveries;
}

/** The documents of an event before and after the change, if they exist, and the paths of its mask. */
function decodeEvent(body: string): { after?: any; before?: any; mask: string[] } {
  const reader = protobuf.Reader.create(Buffer.from(body, "base64"));
  const event: { after?: any; before?: any; mask: string[] } = { mask: [] };
  while (reader.pos < reader.len) {
    const field = reader.uint32() >>> 3;
    const bytes = reader.bytes();
    if (field === 1) event.after = messageType("Document").decode(bytes).toJSON();
    else if (field === 2) event.before = messageType("Document").decode(bytes).toJSON();
    else event.mask = (messageType("DocumentMask").decode(bytes).toJSON()["fieldPaths"] ?? []) as string[];
  }
  return event;
}

describe("a second-generation trigger", () => {
  it("gets no events of commits while triggers are paused, and those of later ones", async () => {
    await registerV2("key", "written", "c/{id}");
    await register("paused", "PUT", "pausedTriggers", {});
    await client.commit([{ set: "c/a", fields: n(1) }]);
    await register("paused", "DELETE", "pausedTriggers", {});
    await client.commit([{ set: "c/a", fields: n(2) }]);
    const [event] = await delivered(1);
    const { before, after } = decodeEvent(event!.body);
    expect([nOf(before), nOf(after)]).toEqual([1, 2]);
  });

  it("gets a CloudEvent with the document as base64 protobuf", async () => {
    const echo = await registerV2("onCreate-1", "created", "c/{id}");
    expect(echo).toMatchObject({ eventType: "google.cloud.firestore.document.v1.created" });
    await client.commit([{ set: "c/a", fields: n(1) }]);
    const [event] = await delivered(1);
    expect(event!.path).toBe(`/functions/projects/${projectId}/triggers/onCreate-1`);
    expect(event!.headers).toMatchObject({
      "ce-specversion": "1.0",
      "ce-type": "google.cloud.firestore.document.v1.created",
      "ce-source": `//firestore.googleapis.com/projects/projects/${projectId}/databases/(default)`,
      "ce-subject": "documents/c/a",
      "ce-document": "c/a",
      "ce-project": projectId,
      "ce-database": "(default)",
      "ce-datacontenttype": "application/protobuf",
      "content-type": "application/protobuf",
    });
    const { after, before } = decodeEvent(event!.body);
    expect(after.name).toBe(client.name("c/a"));
    expect(nOf(after)).toBe(1);
    expect(before).toBeUndefined();
  });

  it.each([
    ["created", ["created"]],
    ["updated", ["updated"]],
    ["deleted", ["deleted"]],
    ["written", ["created", "updated", "deleted"]],
  ])("gets only the matching events for %s documents", async (operation, expected) => {
    await registerV2("key", operation, "c/{id}");
    await client.commit([{ set: "c/a", fields: n(1) }]);
    await client.commit([{ set: "c/a", fields: n(2) }]);
    await client.commit([{ remove: "c/a" }]);
    const events = (await delivered(expected.length)).map(({ body }) => decodeEvent(body));
    const kinds = events.map(({ before, after }) => (!before ? "created" : after ? "updated" : "deleted"));
    expect(kinds).toEqual(expected);
    const update = events[kinds.indexOf("updated")];
    if (update) expect(update.mask).toEqual(["n"]);
  });

  it("gets no events for other documents, other databases, failed commits or no-op writes", async () => {
    await registerV2("pattern", "written", "c/{id}/s/{other}");
    await registerV2("exact", "written", "c/only");
    await client.commit([
      { set: "c/only", fields: n(1) },
      { set: "c/a" },
      { set: "d/a/s/b" },
      { set: "c/a/s/b/t/c" },
    ]);
    await client.commit([{ set: "c/only", fields: n(1) }]);
    await client.commit([{ set: "c/only", fields: n(2), currentDocument: { exists: false } }]);
    const events = await delivered(1);
    expect(events[0]!.headers["ce-document"]).toBe("c/only");
  });

  it("gets the events of one document in commit order, even if it is slow", async () => {
    answerAfterMillis = 20;
    await registerV2("slow", "written", "c/{id}");
    for (let i = 1; i <= 8; i++) await client.commit([{ set: "c/a", fields: n(i) }]);
    const events = await delivered(8);
    expect(events.map(({ body }) => nOf(decodeEvent(body).after))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("does not delay the commit", async () => {
    answerAfterMillis = 500;
    await registerV2("slow", "written", "c/{id}");
    expect((await client.commit([{ set: "c/a" }])).millis).toBeLessThan(300);
    await delivered(1);
  });

  it("gets the author of the write with an auth context", async () => {
    await registerV2("auth", "written.withAuthContext", "c/{id}");
    const claims = Buffer.from(JSON.stringify({ sub: "ann" })).toString("base64url");
    const ann = new RawClient(emulator.address, projectId, `Bearer e30.${claims}.`);
    await client.commit([{ set: "c/a" }]);
    await delivered(1);
    await ann.commit([{ set: "c/b" }]);
    const [server, user] = await delivered(2);
    expect(server!.headers["ce-authtype"]).toBe("service_account");
    expect(user!.headers["ce-authid"]).toBe("ann");
    ann.close();
  });

  it("is replaced by one with the same key", async () => {
    await registerV2("key", "written", "c/{id}");
    await registerV2("key", "written", "d/{id}");
    await client.commit([{ set: "c/a" }, { set: "d/a" }]);
    expect((await delivered(1))[0]!.headers["ce-document"]).toBe("d/a");
  });

  it("gets ids encoded that a header cannot contain", async () => {
    await registerV2("key", "written", "c/{id}");
    await client.commit([{ set: "c/ü 1" }]);
    expect((await delivered(1))[0]!.headers["ce-document"]).toBe("c/%C3%BC 1");
  });
});

describe("a first-generation trigger", () => {
  it("gets the document as JSON, with its context", async () => {
    const eventType = "providers/cloud.firestore/eventTypes/document.update";
    await register("v1", "PUT", "triggers/v1", {
      eventTrigger: {
        eventType,
        resource: `projects/${projectId}/databases/(default)/documents/c/{id}`,
        service: "firestore.googleapis.com",
      },
    });
    await client.commit([{ set: "c/a", fields: n(1) }]);
    await client.commit([{ set: "c/a", fields: n(2) }]);
    const [event] = await delivered(1);
    const { data, context } = JSON.parse(event!.body) as { data: any; context: any };
    expect(data.value).toMatchObject({ name: client.name("c/a"), fields: { n: { integerValue: "2" } } });
    expect(data.oldValue.fields).toEqual({ n: { integerValue: "1" } });
    expect(data.updateMask).toEqual({ fieldPaths: ["n"] });
    expect(context).toMatchObject({
      eventType,
      resource: { name: client.name("c/a"), service: "firestore.googleapis.com" },
    });
  });
});

describe("a registration", () => {
  it.each([
    [
      "POST",
      "eventarcTrigger?eventarcTriggerId=x",
      { eventType: "something.else", document: { value: "c/{id}" } },
    ],
    [
      "POST",
      "eventarcTrigger?eventarcTriggerId=x",
      { eventType: "google.cloud.firestore.document.v1.created" },
    ],
    ["PUT", "triggers/x", { eventTrigger: { eventType: "providers/x" } }],
    ["PUT", "triggers/x", null],
  ])("is refused when invalid: %s %s %j", async (method, path, body) => {
    const response = await fetch(`http://${emulator.address}/emulator/v1/projects/${projectId}/${path}`, {
      method,
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
  });
});
