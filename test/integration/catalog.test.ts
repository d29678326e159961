import { FieldValue } from "firebase-admin/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MECHANICS, MONDAY, seedShop, SERVICES } from "../support/shop.ts";

const project = openProject("catalog");
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  await seedShop(project.db, "public");
  instance = await startInstance(project);
  ({ client } = instance);
});
afterAll(() => instance.close());

it("shows a shop's name, zone and policy", async () => {
  expect((await client.get("/v1/shops/public")).body).toEqual({
    id: "public",
    name: "Test shop",
    time_zone: "America/New_York",
    policy: {
      slot_interval_minutes: 30,
      default_slot_minutes: 60,
      lead_time_minutes: 0,
      horizon_days: null,
      hold_minutes: 10,
      cancellation_notice_minutes: 0,
      allow_guest_booking: true,
    },
    stream_url: null,
  });
});

it("lists the services on offer, not the retired", async () => {
  const { body } = await client.get<{ services: { id: string }[] }>("/v1/shops/public/services");
  expect(body.services.map(({ id }) => id).sort()).toEqual(["inspection", "oil_change", "welding"]);
  expect(body.services.find(({ id }) => id === "oil_change")).toEqual({
    id: "oil_change",
    name: "Oil change",
    description: null,
    price: null,
    durations_minutes: [30, 60],
    buffer_before_minutes: 0,
    buffer_after_minutes: 15,
  });
});

it("shows a changed service at once when the catalog version says so", async () => {
  await seedShop(project.db, "changing");
  await client.get("/v1/shops/changing/services");
  await project.db.doc("shops/changing/services/welding").update({ name: "Brazing" });
  await project.db.doc("shops/changing").update({ catalog_version: FieldValue.increment(1) });
  const { body } = await client.get<{ services: { name: string }[] }>("/v1/shops/changing/services");
  expect(body.services.map(({ name }) => name)).toContain("Brazing");
});

it("lists who works there, but neither working hours nor limits", async () => {
  const { body } = await client.get("/v1/shops/public/mechanics");
  expect(body).toEqual({
    mechanics: [
      { id: "ada", name: "Ada", specialties: ["inspection", "oil_change", "retired"] },
      { id: "grace", name: "Grace", specialties: ["inspection"] },
    ],
  });
});

it("answers 404 for a shop that does not exist", async () => {
  for (const path of ["", "/services", "/mechanics", "/slots?from=2026-01-19&to=2026-01-19"]) {
    const answer = await client.get(`/v1/shops/nobody${path}`);
    expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
  }
});

it("answers 503 for a shop whose document is corrupt", async () => {
  await project.db.doc("shops/broken").set({ name: "Broken", time_zone: "Mars/Olympus" });
  const answer = await client.get("/v1/shops/broken");
  expect(answer).toMatchObject({ status: 503, body: { error: "shop_misconfigured" } });
});

it("leaves out a mechanic whose document is corrupt instead of failing", async () => {
  await seedShop(project.db, "half-broken");
  await project.db.doc("shops/half-broken/mechanics/ada").update({ weekly_schedule: "whenever" });
  const { body } = await client.get<{ mechanics: { id: string }[] }>("/v1/shops/half-broken/mechanics");
  expect(body.mechanics.map(({ id }) => id)).toEqual(["grace"]);
});

it("neither offers nor books a mechanic who is not marked as active", async () => {
  await seedShop(project.db, "undecided");
  await project.db.doc("shops/undecided/mechanics/ada").update({ active: FieldValue.delete() });
  const { body } = await client.get<{ mechanics: { id: string }[] }>("/v1/shops/undecided/mechanics");
  expect(body.mechanics.map(({ id }) => id)).toEqual(["grace"]);
  expect(freeTimes((await client.availability("undecided", MONDAY)).body, "ada")).toEqual([]);
  const request = { service_id: "inspection", mechanic_id: "ada", customer: CUSTOMER };
  const answer = await client.book("undecided", { ...request, start: at(MONDAY, "09:00") });
  expect(answer).toMatchObject({ status: 422, body: { error: "mechanic_inactive" } });
});

it("shows no mechanic and no service whose id no request can name", async () => {
  await seedShop(project.db, "nameless", {
    mechanics: { ...MECHANICS, "über.dot": MECHANICS.ada },
    services: { inspection: SERVICES.inspection, "tyre change": SERVICES.welding },
  });
  const { body } = await client.get<Record<string, { id: string }[]>>("/v1/shops/nameless/mechanics");
  expect(body["mechanics"]?.map(({ id }) => id)).toEqual(["ada", "grace"]);
  const services = await client.get<Record<string, { id: string }[]>>("/v1/shops/nameless/services");
  expect(services.body["services"]?.map(({ id }) => id)).toEqual(["inspection"]);
});

it.each(["/v1/health", "/healthz"])("answers a health check at %s without a read", async (path) => {
  await project.emulator.resetUsage();
  expect(await client.get(path)).toMatchObject({ status: 200, body: { status: "ok" } });
  expect((await project.emulator.usage()).reads).toBe(0);
});

it("lets browsers of any origin read answers and their explanatory headers", async () => {
  const { headers } = await client.get("/v1/shops/public", {}, { origin: "https://garage.example" });
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-expose-headers")).toContain("X-Cache");
  expect(headers.get("x-powered-by")).toBeNull();
});

it("limits a client to 100 reads a minute and says when to come back", async () => {
  const limited = await startInstance(project, { config: { rateLimits: true } });
  const statuses: number[] = [];
  for (let i = 0; i < 100; i += 1) statuses.push((await limited.client.get("/v1/shops/nobody")).status);
  expect(new Set(statuses)).toEqual(new Set([404]));
  const refused = await limited.client.get("/v1/shops/nobody");
  expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await limited.client.get("/v1/health")).status).toBe(200);
  await limited.close();
});
