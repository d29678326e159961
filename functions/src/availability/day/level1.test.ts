import { afterEach, expect, it } from "vitest";
import type { Shop } from "../../catalog/schema.ts";
import type { DayContent } from "./day-content.ts";
import { Level1 } from "./level1.ts";

const shop = { id: "shop" } as Shop;
let level1: Level1;
afterEach(() => level1.close());

function keep(date: string, mechanics: number): void {
  const ids = Array.from({ length: mechanics }, (_, index) => [`m${index}`, { open: [] }]);
  const content = { kind: "generated", mechanics: Object.fromEntries(ids) } as unknown as DayContent;
  level1.keep(date, { shop, content }, level1.marker("shop", date));
}

const kept = (...dates: string[]) => dates.filter((date) => level1.get("shop", date));

it("drops all other days when it has no room for one", () => {
  level1 = new Level1(60);
  keep("2026-01-19", 2_000);
  keep("2026-01-20", 2_000);
  expect(kept("2026-01-19", "2026-01-20")).toHaveLength(2);
  keep("2026-01-21", 1);
  expect(kept("2026-01-19", "2026-01-20", "2026-01-21")).toEqual(["2026-01-21"]);
});

it("has room again where a day was dropped or replaced", () => {
  level1 = new Level1(60);
  keep("2026-01-19", 2_000);
  keep("2026-01-20", 2_000);
  level1.drop("shop", "2026-01-20");
  keep("2026-01-19", 1_000);
  keep("2026-01-21", 3_000);
  expect(kept("2026-01-19", "2026-01-20", "2026-01-21")).toEqual(["2026-01-19", "2026-01-21"]);
});
