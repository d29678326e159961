import { Agent, request } from "node:http";
import { latenciesOf, type Latencies } from "../support/latency.ts";

/** What one client asks for. */
export interface Order {
  readonly mechanic_id?: string;
  readonly service_id: string;
  readonly start: string;
}

export interface Tally extends Latencies {
  readonly booked: number;
  readonly refused: number;
  /** Neither booked nor refused: 503 and the like. */
  readonly failed: number;
  readonly bookingsPerSecond: number;
}

const CUSTOMER = { name: "Bench" };

/** `clients` work through the orders side by side, each with one request at a time; the urls take turns. */
export async function bookAll(
  urls: readonly string[],
  shopId: string,
  orders: readonly Order[],
  clients: number,
): Promise<Tally> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const statuses: number[] = [];
  const times: number[] = [];
  let next = 0;
  const work = async (client: number) => {
    const url = urls[client % urls.length] ?? "";
    for (let order = orders[next++]; order; order = orders[next++]) {
      const startedAt = performance.now();
      statuses.push(
        await post(agent, `${url}/v1/shops/${shopId}/bookings`, { ...order, customer: CUSTOMER }),
      );
      times.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, (_, client) => work(client)));
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  const count = (status: number) => statuses.filter((one) => one === status).length;
  const [booked, refused] = [count(201), count(409)];
  const failed = statuses.length - booked - refused;
  return { booked, refused, failed, bookingsPerSecond: booked / seconds, ...latenciesOf(times) };
}

function post(agent: Agent, url: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end(JSON.stringify(body));
  });
}
