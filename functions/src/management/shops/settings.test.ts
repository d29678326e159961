import { describe, expect, it } from "vitest";
import { shopSchema } from "../../catalog/schema.ts";
import { presentSettings } from "./settings.ts";

const shop = (fields: object) => ({ ...shopSchema.parse({ time_zone: "Asia/Tokyo", ...fields }), id: "s" });

describe("the settings of a shop", () => {
  it("have defaults, and nothing that the API manages", () => {
    expect(presentSettings(shop({ catalog_version: 7, day_shards: 1 }))).toEqual({
      id: "s",
      name: "",
      time_zone: "Asia/Tokyo",
      language: "en",
      policy: shop({}).policy,
      active: true,
      rezoning: null,
    });
  });

  it.each([
    ["its ledgers are filed under another zone", { ledger_time_zone: "UTC" }, "UTC"],
    ["the job has not ended", { rezoning: { id: "j", to: "UTC" } }, "Asia/Tokyo"],
  ])("say from which zone to which it is rezoned while %s", (_what, fields, from) => {
    expect(presentSettings(shop(fields)).rezoning).toEqual({ from, to: "Asia/Tokyo" });
  });
});
