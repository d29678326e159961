import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { freshProjects } from "./support/fresh.ts";
import { Collected, sdkClients } from "./support/sdk.ts";

const folder = mkdtempSync(join(tmpdir(), "indexes-"));
const file = join(folder, "firestore.indexes.json");
writeFileSync(
  file,
  JSON.stringify({
    indexes: [
      {
        collectionGroup: "c",
        queryScope: "COLLECTION",
        fields: [
          { fieldPath: "a", order: "ASCENDING" },
          { fieldPath: "n", order: "DESCENDING" },
        ],
      },
    ],
    fieldOverrides: [{ collectionGroup: "c", fieldPath: "big", indexes: [] }],
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const fresh = freshProjects({ indexes: file });
const { admin } = sdkClients(fresh);

describe("an emulator with index definitions", () => {
  it("serves queries with defined or single-field indexes", async () => {
    const col = admin().collection("c");
    await col.doc("1").set({ a: 1, n: 1 });
    expect((await col.where("a", "==", 1).orderBy("n", "desc").get()).size).toBe(1);
    expect((await col.where("a", "==", 1).where("n", "==", 1).get()).size).toBe(1);
  });

  it("refuses the queries production would refuse, with the index to add", async () => {
    const error: Error = await admin()
      .collection("c")
      .where("a", "==", 1)
      .orderBy("n")
      .get()
      .then(
        () => expect.fail("the query was served"),
        (e) => e,
      );
    expect(error).toMatchObject({ code: 9 });
    expect(error.message).toContain("The query requires an index.");
    expect(JSON.parse(error.message.slice(error.message.indexOf("{")))).toEqual({
      collectionGroup: "c",
      queryScope: "COLLECTION",
      fields: [
        { fieldPath: "a", order: "ASCENDING" },
        { fieldPath: "n", order: "ASCENDING" },
      ],
    });
  });

  it("refuses to filter by an exempt field", async () => {
    await expect(admin().collection("c").where("big", "==", 1).get()).rejects.toMatchObject({ code: 9 });
    await expect(admin().collection("c").where("big.part", ">", 1).count().get()).rejects.toMatchObject({
      code: 9,
    });
  });

  it("refuses listeners too", async () => {
    const errors = new Collected<Error>();
    const refused = admin().collection("c").orderBy("a").orderBy("n");
    refused.onSnapshot(() => expect.fail("the listener was served"), errors.push);
    expect((await errors.next()).message).toContain("The query requires an index.");
  });
});
