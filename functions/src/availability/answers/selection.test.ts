import { describe, expect, it, vi } from "vitest";
import { mechanicSchema, serviceSchema, shopSchema, type Mechanic } from "../../catalog/schema.ts";
import { Cost } from "../../platform/scope.ts";
import type { DayContent } from "../day/day-content.ts";
import type { MechanicOfDay } from "../day/day.ts";
import { chooseDuration, resolveSelection, selectionQuery, type SelectionQuery } from "./selection.ts";
import { millis } from "../../engine/units.ts";

const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC", policy: { default_slot_minutes: 45 } }) };
const service = (id: string, more: object = {}) => ({
  id,
  ...serviceSchema.parse({ durations_minutes: [60, 30], ...more }),
});
const SERVICES = new Map(
  [service("oil", { name: "Oil change" }), service("brakes"), service("old", { active: false })].map(
    (one) => [one.id, one],
  ),
);
const mechanic = (id: string, active: boolean): Mechanic => ({
  id,
  ...mechanicSchema.parse({ specialties: ["oil"], active }),
});
const MECHANICS = new Map([mechanic("ada", true), mechanic("gone", false)].map((one) => [one.id, one]));

const day = (mechanics: Record<string, Partial<MechanicOfDay>>): DayContent => ({
  kind: "generated",
  mechanics: mechanics as Record<string, MechanicOfDay>,
});

async function resolve(query: SelectionQuery, days: readonly DayContent[] = []) {
  const lookUp = vi.fn((_shop: string, id: string, _cost: Cost) => Promise.resolve(MECHANICS.get(id)));
  const dependencies = { catalog: { mechanic: lookUp }, services: { of: () => Promise.resolve(SERVICES) } };
  const outcome = await resolveSelection(
    dependencies,
    { shop, days, query },
    { now: millis(0), cost: new Cost() },
  );
  return { outcome, reads: lookUp.mock.calls.map(([shopId, id]) => `${shopId}/${id}`) };
}

const refusal = (error: string) => ({ ok: false, refusal: expect.objectContaining({ error }) as unknown });

describe("resolveSelection", () => {
  it("selects the shop's general grid without ids", async () => {
    const { outcome, reads } = await resolve({ locationId: "north" });
    const expected = { service: undefined, durationMinutes: 45, mechanicId: undefined, locationId: "north" };
    expect(outcome).toEqual({ ok: true, value: expected });
    expect(reads).toEqual([]);
  });

  it("selects a service of a mechanic in a requested length", async () => {
    const { outcome } = await resolve({ serviceId: "oil", mechanicId: "ada", durationMinutes: 30 });
    expect(outcome).toEqual({
      ok: true,
      value: { service: SERVICES.get("oil"), durationMinutes: 30, mechanicId: "ada", locationId: undefined },
    });
  });

  it.each<[string, SelectionQuery, string]>([
    ["an unknown service", { serviceId: "nothing" }, "not_found"],
    ["an inactive service", { serviceId: "old" }, "service_inactive"],
    ["a length that is not offered", { serviceId: "oil", durationMinutes: 45 }, "invalid_duration"],
    ["an unknown mechanic", { mechanicId: "missing" }, "not_found"],
    ["an inactive mechanic", { mechanicId: "gone" }, "mechanic_inactive"],
    ["a mechanic without the specialty", { serviceId: "brakes", mechanicId: "ada" }, "not_qualified"],
  ])("refuses %s", async (_what, query, error) => {
    expect((await resolve(query)).outcome).toEqual(refusal(error));
  });

  it("names the missing thing", async () => {
    const messages = await Promise.all(
      [{ serviceId: "nothing" }, { mechanicId: "missing" }].map(async (query) => {
        const { outcome } = await resolve(query);
        return outcome.ok ? null : outcome.refusal.message;
      }),
    );
    expect(messages).toEqual(["There is no such service.", "There is no such mechanic."]);
  });

  it("takes the specialties of a mechanic from the first day that has them, without a read", async () => {
    const legacy: DayContent = { kind: "legacy", slots: [], expiries: [] };
    const days = [
      legacy,
      day({ grace: { open: [], specialties: ["oil"] } }),
      // Only a booking was written through to this day, so it does not know the mechanic's specialties.
      day({ ada: { busy: [] } }),
      day({ ada: { open: [], specialties: ["brakes"] } }),
    ];
    const { outcome, reads } = await resolve({ serviceId: "brakes", mechanicId: "ada" }, days);
    expect(outcome.ok).toBe(true);
    expect(reads).toEqual([]);
    expect((await resolve({ serviceId: "oil", mechanicId: "ada" }, days)).outcome).toEqual(
      refusal("not_qualified"),
    );
  });

  it("reads a mechanic that no day has", async () => {
    const { reads } = await resolve({ mechanicId: "ada" }, [day({ grace: { open: [], specialties: [] } })]);
    expect(reads).toEqual(["s/ada"]);
  });
});

describe("chooseDuration", () => {
  it("returns a multiple of the slot interval, or the default length, for the general grid", () => {
    const { slot_interval_minutes: interval } = shop.policy;
    expect(chooseDuration(shop, undefined, interval * 3)).toEqual({ ok: true, value: interval * 3 });
    expect(chooseDuration(shop, undefined, 45)).toEqual({ ok: true, value: 45 });
    expect(chooseDuration(shop, undefined, undefined)).toEqual({ ok: true, value: 45 });
  });

  it.each([1, 7, 44])("refuses %i minutes for the general grid, and names the parameter", (minutes) => {
    const message = "Without a service, give a multiple of 30 minutes, or 45.";
    expect(chooseDuration(shop, undefined, minutes)).toEqual({
      ok: false,
      refusal: {
        error: "invalid_request",
        message: "Invalid duration_minutes.",
        details: { fields: [{ path: "duration_minutes", message }] },
      },
    });
  });

  it("returns the service's first length unless another offered one is requested", () => {
    expect(chooseDuration(shop, service("oil"), undefined)).toEqual({ ok: true, value: 60 });
    expect(chooseDuration(shop, service("oil"), 30)).toEqual({ ok: true, value: 30 });
  });

  it.each([
    ["by its name", "oil", "Oil change is offered in 60, 30 minutes."],
    ["by its id without a name", "brakes", "brakes is offered in 60, 30 minutes."],
  ])("refuses another length and names the service %s", (_how, id, message) => {
    expect(chooseDuration(shop, SERVICES.get(id), 31)).toEqual({
      ok: false,
      refusal: {
        error: "invalid_duration",
        message,
        details: {
          fields: [{ path: "duration_minutes", message: "One of 60, 30." }],
          durations_minutes: [60, 30],
        },
      },
    });
  });
});

describe("selectionQuery", () => {
  it("returns the ids and the length that the parameters name", () => {
    const parameters = { service_id: "a", mechanic_id: "b", location_id: "c", duration_minutes: 30 };
    const expected = { serviceId: "a", mechanicId: "b", locationId: "c", durationMinutes: 30 };
    expect(selectionQuery(parameters)).toEqual(expected);
  });
});
