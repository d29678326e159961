import { Timestamp } from "firebase-admin/firestore";
import { expect, it } from "vitest";
import { documentBytes } from "./size.ts";

it("weighs a document by Firestore's formula", () => {
  // The documentation's own example: 147 bytes, with a name of 44, an index of integers aside.
  const data = { type: "Personal", done: false, priority: 1, description: "Learn Cloud Firestore" };
  expect(documentBytes("users/jeff/tasks/my_task_id", data)).toBe(147);
});

it("counts maps like documents, elements of arrays without names, text in UTF-8", () => {
  const empty = documentBytes("a/b", {});
  expect(documentBytes("a/b", { m: { x: 1 } }) - empty).toBe(2 + 32 + 2 + 8);
  expect(documentBytes("a/b", { l: [1, null, Timestamp.now()] }) - empty).toBe(2 + 8 + 1 + 8);
  expect(documentBytes("a/b", { t: "陳小姐" }) - empty).toBe(2 + 9 + 1);
  expect(documentBytes("a/b", { t: undefined }) - empty).toBe(2);
});
