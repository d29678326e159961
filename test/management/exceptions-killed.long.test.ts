import { expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { Client } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startApi } from "../support/servers.ts";
import { seedShop } from "../support/shop.ts";
import { admin } from "../support/token.ts";
import { waitFor } from "../support/wait-for.ts";

const project = openProject("exceptions-killed");
const SHOP = "killed";

interface Line {
  readonly exception?: { readonly id: string };
}

const idsIn = async (collection: string) =>
  (await project.db.collection(`shops/${SHOP}/${collection}`).get()).docs.map(({ id }) => id).sort();
const startInstance = () => startApi({ env: { GCLOUD_PROJECT: project.id, NODE_ENV: "production" } });

it("creates each exception of a batch once when the process is killed and the batch is repeated", async () => {
  await seedShop(project.db, SHOP);
  const dates = Array.from({ length: 500 }, (_, index) => addDays("2026-03-01", index));
  const body = { exceptions: dates.map((date) => ({ date, reason: "course" })) };
  const headers = { ...admin(SHOP, project.id), "idempotency-key": "killed" };
  const path = `/v1/shops/${SHOP}/mechanics/ada/exceptions:batch`;
  const api = await startInstance();
  const interrupted = new Client(api.url).post(path, body, headers).catch(() => "interrupted");
  await waitFor(async () => (await idsIn("exceptions")).length >= 50);
  api.signal("SIGKILL");
  await api.exited;
  expect(await interrupted).toBe("interrupted");
  const before = await idsIn("exceptions");
  expect(before.length).toBeLessThan(500);

  const again = await startInstance();
  // The killed process leaves locks behind, which Firestore takes a while to release; until then lines have an error.
  const ids = await waitFor(
    async () => {
      const { body: answer } = await new Client(again.url).post<{ results: Line[] }>(path, body, headers);
      const created = answer.results.flatMap(({ exception }) => exception?.id ?? []);
      return created.length === 500 ? created : undefined;
    },
    { timeoutMs: 80_000, what: "the whole batch" },
  );
  await again.stop();
  expect(new Set(ids).size).toBe(500);
  const after = await idsIn("exceptions");
  expect(after).toEqual([...ids].sort());
  expect(after).toEqual(expect.arrayContaining(before));
  expect(await idsIn("audit")).toHaveLength(500);
});
