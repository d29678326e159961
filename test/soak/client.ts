import { unsignedIdToken } from "../../scripts/support/token.ts";
import type { Random } from "../../scripts/demo-data/random.ts";
import type { Operation, Outcome, Seen, Wanted } from "./history.ts";
import { exchange, type Exchange, type Request } from "./requests.ts";
import { MECHANICS, SERVICES, SHOP, startsFrom, datesFrom, type SoakService } from "./shop.ts";
import { minutes } from "../../functions/src/engine/units.ts";

/** Two answers' worth of patience with one's own bookings: more would fill the shop and leave nothing to race for. */
const MOST_BOOKINGS = 5;

interface OwnBooking {
  readonly seen: Seen;
  readonly etag: string;
  readonly service: SoakService;
  readonly credentials: Readonly<Record<string, string>>;
}

interface OwnHold {
  readonly id: string;
  readonly sessionId: string;
  readonly wanted: Wanted;
  readonly service: SoakService;
}

export interface SoakClientOptions {
  readonly name: string;
  readonly random: Random;
  /** A server to send the next request to. */
  readonly server: () => string;
  readonly record: (operation: Operation) => void;
}

/** A client that does one thing after the other, at random, and writes down what it did and what it was answered. */
export class SoakClient {
  #bookings: OwnBooking[] = [];
  #holds: OwnHold[] = [];
  #operations = 0;

  constructor(private readonly options: SoakClientOptions) {}

  async step(): Promise<void> {
    const { random } = this.options;
    const dice = random.below(100);
    const full = this.#bookings.length >= MOST_BOOKINGS;
    const holds = this.#holds.length > 0;
    if (dice < 4) return this.#look();
    if (dice < 25 && !full) return this.#book(null);
    if (dice < 38 || (dice < 54 && !holds)) return this.#hold();
    if (dice < 46 && !full) return this.#book(this.#take(this.#holds));
    if (dice < 54) return this.#release(this.#take(this.#holds));
    if (this.#bookings.length === 0) return this.#book(null);
    const own = this.#take(this.#bookings);
    if (dice < 70 || full) return this.#cancel(own);
    return dice < 90 ? this.#reschedule(own) : this.#view(own);
  }

  async #book(hold: OwnHold | null): Promise<void> {
    const { random, server, name } = this.options;
    const id = this.#nextId();
    const service = hold?.service ?? random.pick(SERVICES);
    const wanted = hold?.wanted ?? this.#wish(service, true);
    const guest = random.below(10) < 7;
    const signedIn = guest ? {} : this.#signedIn();
    const slot = { service_id: service.id, ...slotOf(wanted) };
    // A booking may say no more than its hold.
    const named = hold ? { hold_id: hold.id, session_id: hold.sessionId } : {};
    const body = {
      ...(hold && random.below(2) ? {} : slot),
      ...named,
      customer: { name },
      notes: id,
    };
    const headers = { ...signedIn, "idempotency-key": `key-of-operation-${id}` };
    const request = { method: "POST", path: `/v1/shops/${SHOP}/bookings`, headers, body };
    const startedAt = Date.now();
    // Now and then a retry races its original.
    const racing = random.below(10) === 0 ? [request, request] : [request];
    const exchanges = await Promise.all(racing.map((one) => exchange(one, server)));
    const done = exchanges.find(({ last }) => isSuccess(last.status));
    const seen = done ? seenIn(done) : null;
    this.#write(id, "book", startedAt, exchanges, {
      bookingId: seen?.id ?? null,
      bookingIds: exchanges.flatMap((one) => (isSuccess(one.last.status) ? [seenIn(one).id] : [])),
      wanted,
      seen,
      holdId: hold?.id ?? null,
    });
    if (!done || !seen) return;
    const token = done.last.body["manage_token"];
    const credentials = guest ? { "x-manage-token": String(token) } : signedIn;
    this.#bookings.push({ seen, etag: done.last.etag ?? "", service, credentials });
  }

  async #hold(): Promise<void> {
    const { random, server } = this.options;
    const id = this.#nextId();
    const service = random.pick(SERVICES);
    const wanted = this.#wish(service, false);
    const sessionId = `session-${id}`;
    const body = { service_id: service.id, ...slotOf(wanted), session_id: sessionId };
    const startedAt = Date.now();
    const held = await exchange(
      { method: "POST", path: `/v1/shops/${SHOP}/holds`, headers: {}, body },
      server,
    );
    const granted = isSuccess(held.last.status);
    const holdId = granted ? String(held.last.body["hold_id"]) : null;
    const reservedUntil = granted ? Date.parse(String(held.last.body["reserved_until"])) : null;
    this.#write(id, "hold", startedAt, [held], { wanted, holdId, sessionId, reservedUntil });
    if (holdId !== null) this.#holds.push({ id: holdId, sessionId, wanted, service });
  }

  async #release(hold: OwnHold): Promise<void> {
    const id = this.#nextId();
    const request = {
      method: "DELETE",
      path: `/v1/shops/${SHOP}/holds/${hold.id}`,
      headers: { "x-session-id": hold.sessionId },
    };
    const startedAt = Date.now();
    const released = await exchange(request, this.options.server);
    this.#write(id, "release", startedAt, [released], { holdId: hold.id, sessionId: hold.sessionId });
  }

  async #cancel(own: OwnBooking): Promise<void> {
    const { random } = this.options;
    const condition: Record<string, string> = random.below(2) ? { "if-match": own.etag } : {};
    // Cancelled is cancelled: whatever came of it, this client is through with the booking.
    await this.#change("cancel", own, { method: "DELETE", headers: condition }, null);
  }

  async #reschedule(own: OwnBooking): Promise<void> {
    const { random } = this.options;
    const wish = this.#wish(own.service, true);
    const keeps = random.below(2) === 0;
    const durationMinutes = keeps ? own.seen.end - own.seen.start : wish.durationMinutes;
    const wanted = { ...wish, mechanicId: wish.mechanicId ?? own.seen.mechanicId, durationMinutes };
    const body = {
      start: new Date(wanted.start * 60_000).toISOString(),
      ...(wish.mechanicId !== null && { mechanic_id: wish.mechanicId }),
      ...(!keeps && { duration_minutes: durationMinutes }),
    };
    // Without the condition a request that was given up could move the booking much later.
    const headers = { "if-match": own.etag };
    const changed = await this.#change("reschedule", own, { method: "PATCH", headers, body }, wanted);
    if (changed) this.#bookings.push(changed);
  }

  async #view(own: OwnBooking): Promise<void> {
    const viewed = await this.#change("view", own, { method: "GET", headers: {} }, null);
    if (viewed) this.#bookings.push(viewed);
  }

  /** Keeps the cache filled, so that there is something for writes to keep right. */
  async #look(): Promise<void> {
    const { random, server } = this.options;
    const date = random.pick(datesFrom(Date.now()));
    await exchange(
      { method: "GET", path: `/availability?shop_id=${SHOP}&date=${date}`, headers: {} },
      server,
    );
  }

  /** The booking as it is afterwards; undefined when this client no longer knows. */
  async #change(
    kind: "cancel" | "reschedule" | "view",
    own: OwnBooking,
    { headers, ...request }: Omit<Request, "path">,
    wanted: Wanted | null,
  ): Promise<OwnBooking | undefined> {
    const id = this.#nextId();
    const path = `/v1/shops/${SHOP}/bookings/${own.seen.id}`;
    const all = { ...own.credentials, ...headers };
    const startedAt = Date.now();
    const answered = await exchange({ ...request, path, headers: all }, this.options.server);
    const seen = isSuccess(answered.last.status) ? seenIn(answered) : null;
    const outcome = this.#write(id, kind, startedAt, [answered], { bookingId: own.seen.id, wanted, seen });
    if (seen) return { ...own, seen, etag: answered.last.etag ?? "" };
    return outcome === "maybe" && kind !== "view" ? undefined : own;
  }

  #write(
    id: string,
    kind: Operation["kind"],
    startedAt: number,
    exchanges: readonly Exchange[],
    more: Partial<Operation>,
  ): Outcome {
    const outcome = outcomeOf(kind, exchanges);
    const error = exchanges[0]?.last.body["error"];
    this.options.record({
      id,
      kind,
      startedAt,
      endedAt: Date.now(),
      outcome,
      error: typeof error === "string" ? error : null,
      statuses: exchanges.flatMap(({ answers }) => answers.map(({ status }) => status)),
      bookingId: null,
      bookingIds: [],
      wanted: null,
      seen: null,
      holdId: null,
      sessionId: null,
      reservedUntil: null,
      ...more,
    });
    return outcome;
  }

  #wish(service: SoakService, anybody: boolean): Wanted {
    const { random } = this.options;
    const { bufferBeforeMinutes, bufferAfterMinutes, durations } = service;
    return {
      mechanicId: anybody && random.below(4) === 0 ? null : random.pick(MECHANICS),
      start: minutes(random.pick(startsFrom(Date.now()))),
      durationMinutes: random.pick(durations),
      bufferBeforeMinutes,
      bufferAfterMinutes,
    };
  }

  #signedIn() {
    const uid = `${this.options.name}-uid`;
    const user = {
      uid,
      role: "customer" as const,
      shopId: "",
      mechanicId: null,
      email: `${uid}@example.com`,
    };
    return { authorization: `Bearer ${unsignedIdToken(user, Date.now() + 3_600_000)}` };
  }

  #take<T>(items: T[]): T {
    const [item] = items.splice(this.options.random.below(items.length), 1);
    if (item === undefined) throw new RangeError("there is nothing to take");
    return item;
  }

  #nextId(): string {
    return `${this.options.name}-${(this.#operations += 1)}`;
  }
}

function slotOf({ mechanicId, start, durationMinutes }: Wanted) {
  return {
    start: new Date(start * 60_000).toISOString(),
    duration_minutes: durationMinutes,
    ...(mechanicId !== null && { mechanic_id: mechanicId }),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function outcomeOf(kind: Operation["kind"], exchanges: readonly Exchange[]): Outcome {
  if (exchanges.some(({ last }) => isSuccess(last.status))) return "done";
  // What an unanswered request has released cannot be found by the next.
  const released =
    kind === "release" && exchanges.some(({ last, doubtful }) => doubtful && last.status === 404);
  if (released) return "done";
  const unsettled = exchanges.some(({ last, doubtful }) => doubtful || last.status === 0);
  return unsettled ? "maybe" : "refused";
}

function seenIn({ last }: Exchange): Seen {
  const booking = last.body["booking"] as Record<"id" | "status" | "mechanic_id" | "start" | "end", string>;
  return {
    id: booking.id,
    status: booking.status,
    mechanicId: booking.mechanic_id,
    start: minutes(Date.parse(booking.start) / 60_000),
    end: minutes(Date.parse(booking.end) / 60_000),
  };
}
