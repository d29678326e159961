import type { ErrorCode } from "../../functions/src/platform/errors.ts";
import { checkDocumented } from "./documented.ts";

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where the answer is JSON, else its text. */
  readonly body: T;
}

export interface ErrorBody {
  readonly error: ErrorCode;
  readonly message: string;
  readonly details?: {
    readonly fields?: readonly { path: string; message: string }[];
    readonly alternatives?: readonly SlotBody[];
  };
}

export interface LegacySlotBody {
  readonly start: string;
  readonly end: string;
  readonly is_free: boolean;
  readonly mechanic_id: string;
}

export interface SlotBody {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly duration_minutes: number;
  readonly mechanic_id: string;
  readonly service_id: string | null;
  readonly location_id: string | null;
}

export interface SlotsBody {
  readonly shop_id: string;
  readonly time_zone: string;
  readonly slots: readonly SlotBody[];
  readonly next_page_token: string | null;
}

export interface BookingBody {
  readonly booking: {
    readonly id: string;
    readonly mechanic_id: string;
    readonly service_id: string;
    readonly start: string;
    readonly end: string;
    readonly status: string;
    readonly [field: string]: unknown;
  };
  readonly manage_token?: string;
}

type Query = Readonly<Record<string, string | number | boolean>>;
type HeaderFields = Readonly<Record<string, string>>;

/** What a customer's program does: requests and their JSON answers, each compared with the OpenAPI document. */
export class Client {
  /** `isApi`: false for a server that is not the API, whose answers are not compared. */
  constructor(
    readonly url: string,
    private readonly isApi = true,
  ) {}

  async request<T>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, { ...init, method });
    const text = await response.text();
    if (this.isApi) {
      const header = (name: string) => response.headers.get(name);
      checkDocumented({ method, path, status: response.status, header, text });
    }
    const isJson = /^application\/json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  }

  get<T>(path: string, query: Query = {}, headers: HeaderFields = {}): Promise<Answer<T>> {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return this.request("GET", search.size > 0 ? `${path}?${search.toString()}` : path, { headers });
  }

  post<T>(path: string, body: unknown, headers: HeaderFields = {}): Promise<Answer<T>> {
    return this.request("POST", path, {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** The legacy answer for a date of a shop. */
  availability(shop_id: string, date: string, query: Query = {}, headers: HeaderFields = {}) {
    return this.get<LegacySlotBody[]>("/availability", { shop_id, date, ...query }, headers);
  }

  slots(shopId: string, from: string, to: string, query: Query = {}, headers: HeaderFields = {}) {
    return this.get<SlotsBody>(`/v1/shops/${shopId}/slots`, { from, to, ...query }, headers);
  }

  /** Books; the answer is a booking or, by its status, an error. */
  book(shopId: string, body: unknown, headers: HeaderFields = {}): Promise<Answer<BookingBody & ErrorBody>> {
    return this.post(`/v1/shops/${shopId}/bookings`, body, headers);
  }
}

/** The starts of the slots that are still free, as wall time of day. */
export function freeTimes(slots: readonly LegacySlotBody[], mechanicId?: string): string[] {
  return slots
    .filter((slot) => slot.is_free && (mechanicId === undefined || slot.mechanic_id === mechanicId))
    .map(({ start }) => start.slice(11, 16));
}
