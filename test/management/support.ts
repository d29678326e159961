import { expect } from "vitest";
import type { Answer } from "../support/client.ts";
import type { Project } from "../support/firestore.ts";
import type { seedShop } from "../support/shop.ts";
import { openShop, type Headers, type Shop } from "../lifecycle/support.ts";

/** An answer of the management API: a resource, an error or a warning. */
export type ManagementAnswer = Answer<any>;

/** A shop with the requests of its management. Paths are relative to the shop. */
export interface ManagedShop extends Shop {
  /** Sends a request; as the shop's admin unless `headers` say who. */
  send(method: string, path: string, body?: unknown, headers?: Headers): Promise<ManagementAnswer>;
  /** Reads the resource and sends its ETag with the change. */
  change(method: string, path: string, body?: unknown, headers?: Headers): Promise<ManagementAnswer>;
}

export async function openManagedShop(
  project: Project,
  id: string,
  seed: Parameters<typeof seedShop>[2] = {},
): Promise<ManagedShop> {
  const shop = await openShop(project, id, seed);
  const send: ManagedShop["send"] = (method, path, body, headers = shop.admin) =>
    shop.client.request(method, `/v1/shops/${id}${path}`, {
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    ...shop,
    send,
    async change(method, path, body, headers = shop.admin) {
      const read = await send("GET", path.replace(/\?.*$/, ""), undefined, headers);
      return send(method, path, body, { ...headers, "if-match": read.headers.get("etag") ?? "" });
    },
  };
}

/** Expects a 422 that names exactly these fields. */
export function expectRefusedFields(answer: ManagementAnswer, paths: readonly string[]): void {
  expect(answer).toMatchObject({ status: 422, body: { error: "invalid_request" } });
  const fields = answer.body.details.fields as { path: string; message: string }[];
  expect(fields.map(({ path }) => path)).toEqual(paths);
  for (const { message } of fields) expect(message).not.toBe("");
}
