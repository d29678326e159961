import { expect, it } from "vitest";
import { changedFields } from "./changed-fields.ts";

const stored: { name: string; lengths: readonly number[]; active: boolean } = {
  name: "A",
  lengths: [30, 60],
  active: true,
};

it("returns the fields that change, before and after", () => {
  const patch = { name: "B", lengths: [30, 60], active: false };
  expect(changedFields(stored, patch)).toEqual({
    before: { name: "A", active: true },
    after: { name: "B", active: false },
  });
});

it("returns nothing for what is stored already, lists in the same order included", () => {
  expect(changedFields(stored, { ...stored, lengths: [30, 60] })).toEqual({ before: {}, after: {} });
  expect(changedFields(stored, { lengths: [60, 30] }).after).toEqual({ lengths: [60, 30] });
});
