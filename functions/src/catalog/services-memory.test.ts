import { expect, it } from "vitest";
import { Cost } from "../platform/scope.ts";
import { serviceSchema, shopSchema, type Service } from "./schema.ts";
import { ServicesMemory } from "./services-memory.ts";

const shopAt = (catalog_version: number) => ({
  ...shopSchema.parse({ time_zone: "UTC", catalog_version }),
  id: "s",
});
const service = (id: string): Service => ({ ...serviceSchema.parse({ durations_minutes: [30] }), id });

function memoryOf(services: { current: readonly string[] }) {
  let loads = 0;
  const memory = new ServicesMemory(() => {
    loads += 1;
    return Promise.resolve(services.current.map(service));
  });
  const ids = async (version: number) => [...(await memory.of(shopAt(version), new Cost())).keys()];
  return { ids, loads: () => loads };
}

it("reads the services of a version once", async () => {
  const { ids, loads } = memoryOf({ current: ["a"] });
  expect(await Promise.all([ids(7), ids(7)])).toEqual([["a"], ["a"]]);
  expect(await ids(7)).toEqual(["a"]);
  expect(loads()).toBe(1);
});

it("reads the services of a shop that was deleted and created again, with its versions counted from the start", async () => {
  const services = { current: ["a"] };
  const { ids } = memoryOf(services);
  expect(await ids(7)).toEqual(["a"]);
  services.current = ["b"];
  expect(await ids(1)).toEqual(["b"]);
});

it("keeps the services of the previous version, which level 1 may still refer to", async () => {
  const services = { current: ["a"] };
  const { ids, loads } = memoryOf(services);
  await ids(6);
  services.current = ["b"];
  for (let round = 0; round < 3; round += 1) {
    expect(await ids(7)).toEqual(["b"]);
    expect(await ids(6)).toEqual(["a"]);
  }
  expect(loads()).toBe(2);
});

it("reads a version again after two later ones", async () => {
  const services = { current: ["a"] };
  const { ids } = memoryOf(services);
  for (const version of [7, 1, 2]) await ids(version);
  services.current = ["b"];
  expect(await ids(7)).toEqual(["b"]);
});
