import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Client, type ErrorBody } from "../support/client.ts";
import { EventClient } from "../support/event-source.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { everyDay, MONDAY, seedShop } from "../support/shop.ts";
import { waitFor } from "../support/wait-for.ts";

const project = openProject("stream-limits");
const start = instanceStarter(project);
const PATH = `/v1/shops/garage/slots/stream`;
const clients: EventClient[] = [];

beforeAll(() => seedShop(project.db, "garage"));
afterEach(() => clients.splice(0).forEach((client) => client.close()));

async function open({ streamsUrl }: Instance): Promise<EventClient> {
  const client = await EventClient.connect(`${streamsUrl}${PATH}?date=${MONDAY}`);
  clients.push(client);
  return client;
}

async function openMany(instance: Instance, count: number): Promise<EventClient[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => open(instance)));
  expect(opened.map(({ response }) => response.status)).toEqual(Array(count).fill(200));
  return opened;
}

const refused = ({ streamsUrl }: Instance) => new Client(streamsUrl).get<ErrorBody>(PATH, { date: MONDAY });

describe("the function for streams", () => {
  it("serves five streams to a client at a time, and the next one when one has ended", async () => {
    const instance = await start({ config: { rateLimits: true } });
    const [first] = await openMany(instance, 5);
    const sixth = await refused(instance);
    expect([sixth.status, sixth.body.error]).toEqual([429, "rate_limited"]);
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    first?.close();
    await waitFor(() => instance.context.openStreams.size === 4);
    await openMany(instance, 1);
  });

  it("serves a bounded number of streams, and counts every one that has ended", async () => {
    const instance = await start({ config: { streamsPerInstance: 6 } });
    const opened = await openMany(instance, 6);
    const seventh = await refused(instance);
    expect([seventh.status, seventh.body.error]).toEqual([503, "too_many_streams"]);
    expect(Number(seventh.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    opened.forEach((client) => client.close());
    await waitFor(() => instance.context.openStreams.size === 0);
  });

  it("counts no stream that it refuses, nor a HEAD request", async () => {
    const instance = await start();
    const client = new Client(instance.streamsUrl);
    expect((await client.get("/v1/shops/nowhere/slots/stream", { date: MONDAY })).status).toBe(404);
    expect((await client.request("HEAD", `${PATH}?date=${MONDAY}`)).status).toBe(200);
    await waitFor(() => instance.context.openStreams.size === 0);
  });

  it("refuses a question with more than 4,000 free slots, and answers it for one mechanic", async () => {
    const mechanic = { name: "M", specialties: ["inspection"], weekly_schedule: everyDay("09:00-18:00") };
    const mechanics = Object.fromEntries(Array.from({ length: 230 }, (_none, n) => [`m${n}`, mechanic]));
    await seedShop(project.db, "factory", { mechanics });
    const client = new Client((await start()).streamsUrl);
    const query = { date: MONDAY, service_id: "inspection" };
    const path = "/v1/shops/factory/slots/stream";
    const answer = await client.get<ErrorBody>(path, query);
    expect([answer.status, answer.body.details?.fields?.[0]?.path]).toEqual([422, "mechanic_id"]);
    const narrow = new URLSearchParams({ ...query, mechanic_id: "m7" }).toString();
    expect((await client.request("HEAD", `${path}?${narrow}`)).status).toBe(200);
  });

  it("lets pages of other origins open streams, and serves nothing else but its health", async () => {
    const { streamsUrl } = await start();
    const headers = { origin: "https://example.com" };
    const stream = await fetch(`${streamsUrl}${PATH}?date=${MONDAY}`, { headers, method: "HEAD" });
    expect(stream.headers.get("access-control-allow-origin")).toBe("*");
    const client = new Client(streamsUrl);
    expect((await client.get("/healthz")).status).toBe(200);
    expect((await client.slots("garage", MONDAY, MONDAY)).status).toBe(404);
    expect((await client.book("garage", {})).status).toBe(404);
  });
});

describe("the api", () => {
  const config = { streamsAddress: "https://streams.example.com" };
  const stream_url = `https://streams.example.com${PATH}`;

  it("gives the address of a shop's stream", async () => {
    const { client } = await start({ config });
    expect((await client.get("/v1/shops/garage")).body).toMatchObject({ stream_url });
  });

  it("serves no stream, but names its address", async () => {
    const { client } = await start({ config });
    const answer = await client.get<ErrorBody>(PATH, { date: MONDAY });
    expect([answer.status, answer.body.error, answer.body.details]).toEqual([
      404,
      "not_found",
      { stream_url },
    ]);
    expect(answer.body.message).toContain(stream_url);
    expect((await client.post(PATH, {})).status).toBe(405);
  });

  it("says that there is a function for streams where it does not know its address", async () => {
    const { client } = await start({ config: { streamsAddress: null } });
    const answer = await client.get<ErrorBody>(PATH, { date: MONDAY });
    expect([answer.status, answer.body.details]).toEqual([404, { stream_url: null }]);
    expect((await client.get("/v1/shops/garage")).body).toMatchObject({ stream_url: null });
  });
});
