import type { DocumentReference, WriteBatch } from "firebase-admin/firestore";
import { shopPaths } from "../../../functions/src/platform/firestore/paths.ts";
import type { Change as Written } from "../../../functions/src/upkeep/triggers/change-store.ts";
import type { Answer, BookingBody, ErrorBody, LegacySlotBody, SlotsBody } from "../../support/client.ts";
import type { Project } from "../../support/firestore.ts";
import type { Instance } from "../../support/instance.ts";
import { CUSTOMER, everyDay, seedShop } from "../../support/shop.ts";
import { admin } from "../../support/token.ts";
import { DAILY_LIMIT, DAYS, FIRST_SCHEDULE, MECHANICS, SCHEDULES, SERVICES } from "./shop-model.ts";
import type { Hours, MechanicId, ModelException, ServiceId } from "./shop-model.ts";

export const MONDAY = "2026-01-19";
const MIDNIGHT = Date.parse(`${MONDAY}T00:00:00-05:00`);
const HOUR_MS = 3_600_000;
const ATTEMPTS = 8;

/** What the model's operations are in reality: requests to instances, and documents written past them. */
export class ShopUnderTest {
  #requests = 0;
  /** By the model's ids, those that the API gave. */
  readonly #exceptionIds = new Map<string, string>();

  constructor(
    private readonly project: Project,
    private readonly instances: readonly Instance[],
    readonly id: string,
  ) {}

  async seed(): Promise<void> {
    await seedShop(this.project.db, this.id, {
      shop: { policy: { slot_interval_minutes: 60, default_slot_minutes: 60, hold_minutes: 10 } },
      services: Object.fromEntries(
        Object.entries(SERVICES).map(([id, { hoursAfter }]) => [
          id,
          { durations_minutes: [60], buffer_after_minutes: hoursAfter * 60 },
        ]),
      ),
      mechanics: Object.fromEntries(
        MECHANICS.map((id) => [
          id,
          {
            specialties: Object.keys(SERVICES),
            weekly_schedule: weekOf(SCHEDULES[FIRST_SCHEDULE[id]] ?? []),
            max_bookings_per_day: DAILY_LIMIT[id],
          },
        ]),
      ),
    });
  }

  /** The free slots of each asked day, as the model writes them; null where the instance could not answer. */
  async free(
    instance: number,
    day: number | null,
    service: ServiceId | undefined,
  ): Promise<string[][] | null> {
    const days = day === null ? Array.from({ length: DAYS }, (_, index) => index) : [day];
    const [from, to] = [dateOf(days[0] ?? 0), dateOf(days.at(-1) ?? 0)];
    const { client } = this.#at(instance);
    const found: string[][] = days.map(() => []);
    const note = (mechanic: string, start: string) => {
      const hour = (Date.parse(start) - MIDNIGHT) / HOUR_MS;
      found[Math.floor(hour / 24) - (days[0] ?? 0)]?.push(`${mechanic}@${hour}`);
    };
    if (service === undefined) {
      const query = { shop_id: this.id, from_date: from, to_date: to };
      const answer = await client.get<RangeBody & ErrorBody>("/availability", query);
      if (!isAnswered(answer)) return null;
      for (const { slots } of answer.body.days) {
        for (const slot of slots) if (slot.is_free) note(slot.mechanic_id, `${slot.start}-05:00`);
      }
    } else {
      const query = { from, to, service_id: service };
      const answer = await client.get<SlotsBody & ErrorBody>(`/v1/shops/${this.id}/slots`, query);
      if (!isAnswered(answer)) return null;
      for (const slot of answer.body.slots) note(slot.mechanic_id, slot.start);
    }
    return found.map((slots) => slots.sort());
  }

  /** Resolves with the booking, or null when it was refused. A lost answer is asked for again with the same key. */
  async book(instance: number, mechanic: MechanicId, service: ServiceId, hour: number) {
    const body = { service_id: service, mechanic_id: mechanic, start: instantOf(hour), customer: CUSTOMER };
    const key = { "idempotency-key": `request-of-${this.id}-${(this.#requests += 1)}` };
    const answer = await this.#insist(() => this.#at(instance).client.book(this.id, body, key));
    if (isRefused(answer)) return null;
    const { booking, manage_token = "" } = expectStatus<BookingBody>(answer, 200, 201);
    return { id: booking.id, manageToken: manage_token };
  }

  async cancel(instance: number, bookingId: string, manageToken: string): Promise<void> {
    const headers = { "x-manage-token": manageToken };
    const path = `/v1/shops/${this.id}/bookings/${bookingId}`;
    expectStatus(
      await this.#insist(() => this.#at(instance).client.request("DELETE", path, { headers })),
      200,
    );
  }

  async hold(instance: number, mechanic: MechanicId, service: ServiceId, hour: number) {
    await this.project.emulator.clearFaults();
    const session_id = `session-${this.id}-${(this.#requests += 1)}`;
    const body = { service_id: service, mechanic_id: mechanic, start: instantOf(hour), session_id };
    const answer = await this.#at(instance).client.post<{ hold_id: string; reserved_until: string }>(
      `/v1/shops/${this.id}/holds`,
      body,
    );
    if (isRefused(answer)) return null;
    const { hold_id, reserved_until } = expectStatus<{ hold_id: string; reserved_until: string }>(
      answer,
      201,
    );
    return { id: hold_id, sessionId: session_id, until: reserved_until };
  }

  async release(instance: number, holdId: string, sessionId: string): Promise<void> {
    await this.project.emulator.clearFaults();
    const path = `/v1/shops/${this.id}/holds/${holdId}`;
    const headers = { "x-session-id": sessionId };
    expectStatus(await this.#at(instance).client.request("DELETE", path, { headers }), 204, 404);
  }

  /** Creates an exception; the warning, if any, must list exactly the expected bookings. */
  async createException(instance: number, { id, exception, expected }: ExceptionChange): Promise<void> {
    const { mechanic_id, rrule: _, ...body } = documentOf(exception);
    const path = mechanic_id === "*" ? "/exceptions" : `/mechanics/${mechanic_id}/exceptions`;
    const headers = { "idempotency-key": `exception-of-${this.id}-${(this.#requests += 1)}` };
    const answer = await this.#confirmed(instance, { method: "POST", path, body, headers, expected });
    const created = expectStatus<{ exception: { id: string } }>(answer, 200, 201);
    this.#exceptionIds.set(id, created.exception.id);
  }

  async deleteException(instance: number, { id, exception, expected }: ExceptionChange): Promise<void> {
    const own = exception.mechanic === "*" ? "" : `/mechanics/${exception.mechanic}`;
    const path = `${own}/exceptions/${this.#exceptionIds.get(id) ?? id}`;
    // 404: an earlier attempt, whose answer was lost, has deleted it.
    expectStatus(await this.#confirmed(instance, { method: "DELETE", path, expected }), 200, 204, 404);
  }

  async setSchedule(
    instance: number,
    { mechanic, schedule, expected }: { mechanic: MechanicId; schedule: number; expected: readonly string[] },
  ): Promise<void> {
    const path = `/mechanics/${mechanic}/schedule`;
    const body = { weekly_schedule: weekOf(SCHEDULES[schedule] ?? []) };
    const headers = { "if-match": "*" };
    expectStatus(await this.#confirmed(instance, { method: "PUT", path, body, headers, expected }), 200);
  }

  async setActive(
    instance: number,
    { mechanic, active, expected }: { mechanic: MechanicId; active: boolean; expected: readonly string[] },
  ): Promise<void> {
    const path = `/mechanics/${mechanic}`;
    expectStatus(await this.#confirmed(instance, { method: "PATCH", path, body: { active }, expected }), 200);
  }

  /** Asks for a change without and then with `confirm=true`, and compares the warning with the model's. */
  async #confirmed(
    instance: number,
    { method, path, body, headers = {}, expected }: ManagementRequest,
  ): Promise<Answer> {
    const send = (confirm: string) =>
      this.#insist(() =>
        this.#at(instance).client.request(method, `/v1/shops/${this.id}${path}${confirm}`, {
          headers: { ...admin(this.id), "content-type": "application/json", ...headers },
          ...(body && { body: JSON.stringify(body) }),
        }),
      );
    const asked = await send("");
    const listed = asked.status === 409 ? listedIn(asked.body) : [];
    if (JSON.stringify(listed) !== JSON.stringify(expected)) {
      throw new Error(`warned of ${JSON.stringify(asked.body)} instead of ${JSON.stringify(expected)}`);
    }
    return asked.status === 409 ? send("?confirm=true") : asked;
  }

  /** Writes or deletes an exception past the API, and delivers the event that follows. */
  async writeException(id: string, exception: ModelException | null): Promise<void> {
    const ref = shopPaths(this.project.db, this.id).exceptions.doc(this.#exceptionIds.get(id) ?? id);
    await this.#write(
      ref,
      (batch) => (exception ? batch.set(ref, documentOf(exception)) : batch.delete(ref)),
      (event) => this.#at(0).context.changes.exceptionWritten(this.id, event),
    );
  }

  async writeSchedule(mechanic: MechanicId, schedule: number): Promise<void> {
    const ref = shopPaths(this.project.db, this.id).mechanic(mechanic);
    await this.#write(
      ref,
      (batch) => batch.update(ref, { weekly_schedule: weekOf(SCHEDULES[schedule] ?? []) }),
      (event) => this.#at(1).context.changes.mechanicWritten(this.id, event),
    );
  }

  async #write(
    ref: DocumentReference,
    change: (batch: WriteBatch) => unknown,
    trigger: (event: Written) => Promise<unknown>,
  ): Promise<void> {
    await this.project.emulator.clearFaults();
    const before = await ref.get();
    const batch = this.project.db.batch();
    change(batch);
    const [result] = await batch.commit();
    if (!result) return;
    const event = { before, after: await ref.get(), at: result.writeTime };
    // At least once, as events are delivered.
    await trigger(event);
    await trigger(event);
  }

  async #insist<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await request();
      if (answer.status !== 503 || attempt === ATTEMPTS) return answer;
      if (attempt === ATTEMPTS - 1) await this.project.emulator.clearFaults();
    }
  }

  #at(instance: number): Instance {
    const found = this.instances[instance % this.instances.length];
    if (!found) throw new Error("there are no instances");
    return found;
  }
}

/** A change of an exception; `expected`: the bookings that it strands. */
interface ExceptionChange {
  readonly id: string;
  readonly exception: ModelException;
  readonly expected: readonly string[];
}

interface ManagementRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected: readonly string[];
}

interface WarningBody {
  readonly details?: {
    readonly conflicting_appointments?: readonly { booking_id: string }[];
    readonly affected_appointments?: readonly { booking_id: string }[];
  };
}

function listedIn(body: unknown): string[] {
  const { conflicting_appointments = [], affected_appointments = [] } = (body as WarningBody).details ?? {};
  return [...conflicting_appointments, ...affected_appointments].map(({ booking_id }) => booking_id).sort();
}

interface RangeBody {
  readonly days: readonly { readonly slots: readonly LegacySlotBody[] }[];
}

function isAnswered(answer: Answer): boolean {
  if (answer.status === 503) return false;
  expectStatus(answer, 200);
  return true;
}

/** Whether the time cannot be had: somebody has it, or the mechanic does not work. */
function isRefused({ status, body }: Answer): boolean {
  return status === 409 || (body as Partial<ErrorBody>).error === "mechanic_inactive";
}

function expectStatus<T>({ status, body }: Answer, ...expected: number[]): T {
  if (expected.includes(status)) return body as T;
  throw new Error(`answered ${status} instead of ${expected.join(" or ")}: ${JSON.stringify(body)}`);
}

function documentOf({ mechanic, day, hours, effect }: ModelException) {
  return {
    mechanic_id: mechanic,
    from_date: dateOf(day),
    to_date: dateOf(day),
    start_time: hours ? timeOf(hours[0]) : null,
    end_time: hours ? timeOf(hours[1]) : null,
    effect,
    rrule: null,
  };
}

function weekOf(hours: Hours) {
  return everyDay(...hours.map(([from, to]) => `${timeOf(from)}-${timeOf(to)}`));
}

function timeOf(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

function dateOf(day: number): string {
  return new Date(Date.parse(MONDAY) + day * 24 * HOUR_MS).toISOString().slice(0, 10);
}

function instantOf(hour: number): string {
  return new Date(MIDNIGHT + hour * HOUR_MS).toISOString();
}
