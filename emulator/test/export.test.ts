import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFirestoreEmulator } from "../src/index.ts";
import { freshProjects } from "./support/fresh.ts";
import { n, nOf, RawClient } from "./support/raw-client.ts";

const fresh = freshProjects();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "export-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const post = (action: string, body: object) =>
  fetch(`http://${fresh.emulator.address}/emulator/v1/projects/${fresh.projectId}:${action}`, {
    method: "POST",
    body: JSON.stringify(body),
  });

/** Sends the request that firebase-tools sends. */
const exportAll = () =>
  post("export", {
    database: `projects/${fresh.projectId}/databases/(default)`,
    export_directory: folder,
    export_name: "firestore_export",
  });

const metadataFile = () => join(folder, "firestore_export", "firestore_export.overall_export_metadata");

describe("an export", () => {
  it("seeds another emulator with every document, its values and its times", async () => {
    const fields = {
      ...n(1),
      bytes: { bytesValue: Buffer.from([0, 255]).toString("base64") },
      nan: { doubleValue: NaN },
      map: {
        mapValue: {
          fields: {
            "ö.`": { arrayValue: { values: [{ nullValue: 0 }, { integerValue: "9223372036854775807" }] } },
          },
        },
      },
    };
    await fresh.client.commit([
      { set: "c/a", fields },
      { set: "c/missing/s/ü", fields: n(2) },
    ]);
    expect((await exportAll()).status).toBe(200);
    const seeded = await startFirestoreEmulator({
      projectId: "other-project",
      seedFromExport: metadataFile(),
    });
    const client = new RawClient(seeded.address, "other-project");
    const { name: _, ...expected } = (await fresh.client.get("c/a")).result;
    expect((await client.get("c/a")).result).toMatchObject(expected);
    expect(nOf((await client.get("c/missing/s/ü")).result)).toBe(2);
    client.close();
    await seeded.stop();
  });

  it("is written where firebase-tools expects it", async () => {
    await exportAll();
    expect(existsSync(metadataFile())).toBe(true);
  });

  it("may be imported over existing documents", async () => {
    await fresh.client.commit([{ set: "c/a", fields: n(1) }]);
    await exportAll();
    await fresh.client.commit([
      { set: "c/a", fields: n(2) },
      { set: "c/b", fields: n(3) },
    ]);
    expect((await post("import", { export_directory: folder, export_name: "firestore_export" })).status).toBe(
      200,
    );
    expect(nOf((await fresh.client.get("c/a")).result)).toBe(1);
    expect(nOf((await fresh.client.get("c/b")).result)).toBe(3);
  });

  it.each([
    [{}],
    [{ export_directory: 7 }],
    [{ export_directory: "/tmp", export_name: "../up" }],
    [{ export_directory: "/tmp", export_name: "/etc" }],
  ])("is refused for %j", async (body) => {
    expect((await post("export", body)).status).toBe(400);
  });

  it("is refused with its path if another program wrote it", async () => {
    const path = join(folder, "foreign.overall_export_metadata");
    writeFileSync(path, Buffer.from([8, 1, 18, 2]));
    await expect(startFirestoreEmulator({ seedFromExport: path })).rejects.toThrow(
      "not written by this emulator",
    );
    await expect(startFirestoreEmulator({ seedFromExport: join(folder, "none") })).rejects.toThrow("none");
  });
});
