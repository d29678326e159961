import { beforeAll, describe, expect, it } from "vitest";
import { CALLERS, type Caller, type Permission } from "../../functions/src/openapi/callers.ts";
import { openApiDocument } from "../../functions/src/openapi/document.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { signedIn } from "../support/token.ts";
import {
  EXAMPLE_COLLEAGUE,
  EXAMPLE_CUSTOMER_UID,
  EXAMPLE_MECHANIC,
  EXAMPLE_SHOP,
  writeExamples,
} from "./documented-examples.ts";

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly example: unknown } } };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
  readonly "x-callers"?: Readonly<Record<Caller, Permission>>;
}

const CALLER_HEADERS: Readonly<Record<Caller, Readonly<Record<string, string>>>> = {
  guest: {},
  customer: signedIn(EXAMPLE_CUSTOMER_UID),
  mechanic: signedIn("ada-uid", { role: "mechanic", shopId: EXAMPLE_SHOP, mechanicId: EXAMPLE_MECHANIC }),
  colleague: signedIn("grace-uid", { role: "mechanic", shopId: EXAMPLE_SHOP, mechanicId: EXAMPLE_COLLEAGUE }),
  foreign_mechanic: signedIn("alan-uid", {
    role: "mechanic",
    shopId: "elsewhere",
    mechanicId: EXAMPLE_MECHANIC,
  }),
  admin: signedIn("boss", { role: "admin", shopId: EXAMPLE_SHOP }),
  foreign_admin: signedIn("other-boss", { role: "admin", shopId: "elsewhere" }),
  platform_admin: signedIn("root", { role: "admin", shopId: "*" }),
};

const OPERATIONS = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
);

const project = openProject("roles");
const start = instanceStarter(project);
let instance: Instance;
let sequence = 0;

beforeAll(async () => {
  instance = await start();
});

/** Sends the operation's example; returns its status. Events are not waited for. */
async function send({ method, path, operation }: (typeof OPERATIONS)[number], caller: Caller) {
  const given = (where: string) =>
    (operation.parameters ?? []).filter((one) => one.in === where && one.example !== undefined);
  const target = given("path").reduce(
    (url, { name, example }) => url.replace(`{${name}}`, String(example)),
    path,
  );
  const query = new URLSearchParams(
    given("query").map(({ name, example }): [string, string] => [name, String(example)]),
  );
  const body = operation.requestBody?.content["application/json"].example;
  const required = given("header").filter((one) => one.required === true);
  const request = {
    method,
    headers: {
      "content-type": "application/json",
      ...Object.fromEntries(required.map(({ name, example }) => [name, String(example)])),
      ...(required.some(({ name }) => name === "If-Match") && { "If-Match": "*" }),
      ...CALLER_HEADERS[caller],
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  if (!("text/event-stream" in (operation.responses["200"]?.content ?? {}))) {
    return (await instance.client.request(method, `${target}?${query.toString()}`, request)).status;
  }
  const events = await fetch(`${instance.streamsUrl}${target}?${query.toString()}`, request);
  await events.body?.cancel();
  return events.status;
}

/** What the status of an answer says about the caller. The examples exist, so that 404 is a refusal too. */
function permissionOf(status: number): string | number {
  return status < 500 && ![401, 403, 404, 405].includes(status) ? "allowed" : status;
}

it("has a row for every endpoint of the API, with every caller", () => {
  expect(OPERATIONS.length).toBeGreaterThan(20);
  for (const { operation } of OPERATIONS) {
    expect(Object.keys(operation["x-callers"] ?? {}).sort()).toEqual([...CALLERS].sort());
  }
});

describe("who may call", () => {
  it.each(OPERATIONS)("$name", async (operation) => {
    const row: Partial<Record<Caller, string | number>> = {};
    const expected = operation.operation["x-callers"];
    // Refusals first: what the others do must not be the reason for them.
    const order = CALLERS.toSorted(
      (a, b) => Number(expected?.[a] === "allowed") - Number(expected?.[b] === "allowed"),
    );
    for (const caller of order) {
      await writeExamples(project.db, (sequence += 100));
      row[caller] = permissionOf(await send(operation, caller));
    }
    expect(row).toEqual(expected);
  });
});
