import type { Firestore } from "firebase-admin/firestore";
import type { Exception, Mechanic, Service, Shop } from "../../functions/src/catalog/schema.ts";

/** The Monday that most specifications are about: no holiday, no clock change. */
export const MONDAY = "2026-01-19";
export const TUESDAY = "2026-01-20";
export const SUNDAY = "2026-01-18";
export const ZONE = "America/New_York";

/** An instant of winter time in the shop's zone, as a client writes it. */
export function at(date: string, time: string): string {
  return `${date}T${time}:00-05:00`;
}

export const CUSTOMER = { name: "陳小姐", email: "chen@example.com" };

type Seeded<T> = Partial<Omit<T, "id">>;

export interface ShopSeed {
  readonly shop?: Seeded<Omit<Shop, "policy">> & { readonly policy?: Partial<Shop["policy"]> };
  readonly services?: Readonly<Record<string, Seeded<Service>>>;
  readonly mechanics?: Readonly<Record<string, Seeded<Mechanic>>>;
  readonly exceptions?: readonly (Seeded<Exception> &
    Pick<Exception, "mechanic_id" | "from_date" | "effect">)[];
}

/** `09:00-12:00` and the like, on every day of the week. */
export function everyDay(...intervals: string[]): Mechanic["weekly_schedule"] {
  const hours = intervals.map((interval) => {
    const [start_time = "", end_time = ""] = interval.split("-");
    return { start_time, end_time };
  });
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
  return Object.fromEntries(days.map((day) => [day, hours]));
}

/** `inspection` has no buffers, `oil_change` has one after it, `retired` is not offered any more. */
export const SERVICES = {
  inspection: { name: "Inspection", durations_minutes: [30] },
  oil_change: { name: "Oil change", durations_minutes: [30, 60], buffer_after_minutes: 15 },
  welding: { name: "Welding", durations_minutes: [60] },
  retired: { name: "Carburettor tuning", durations_minutes: [60], active: false },
} satisfies Record<string, Seeded<Service>>;

/** Ada has a midday break, Grace works the afternoon and does no oil changes, Alan has left. */
export const MECHANICS = {
  ada: {
    name: "Ada",
    specialties: ["inspection", "oil_change", "retired"],
    weekly_schedule: everyDay("09:00-12:00", "14:00-18:00"),
  },
  grace: { name: "Grace", specialties: ["inspection"], weekly_schedule: everyDay("13:00-17:00") },
  alan: {
    name: "Alan",
    specialties: ["inspection"],
    weekly_schedule: everyDay("09:00-17:00"),
    active: false,
  },
} satisfies Record<string, Seeded<Mechanic>>;

/** Writes a shop's documents as an administrator's script would: with nothing left to defaults that queries rely on. */
export async function seedShop(db: Firestore, shopId: string, seed: ShopSeed = {}): Promise<void> {
  const { services = SERVICES, mechanics = MECHANICS, exceptions = [] } = seed;
  const shop = db.doc(`shops/${shopId}`);
  const batch = db.batch();
  batch.set(shop, {
    name: "Test shop",
    time_zone: ZONE,
    ledger_time_zone: seed.shop?.time_zone ?? ZONE,
    catalog_version: 1,
    ...seed.shop,
    policy: { slot_interval_minutes: 30, default_slot_minutes: 60, ...seed.shop?.policy },
  });
  for (const [id, service] of Object.entries(services)) {
    batch.set(shop.collection("services").doc(id), { active: true, ...service });
  }
  for (const [id, mechanic] of Object.entries(mechanics)) {
    batch.set(shop.collection("mechanics").doc(id), { active: true, ...mechanic });
  }
  for (const exception of exceptions) {
    batch.set(shop.collection("exceptions").doc(), {
      to_date: exception.from_date,
      start_time: null,
      end_time: null,
      rrule: null,
      ...exception,
    });
  }
  await batch.commit();
}

/** Every booking of a shop that takes time, by mechanic and start: what a test counts. */
export async function confirmedBookings(db: Firestore, shopId: string) {
  const found = await db.collection(`shops/${shopId}/bookings`).where("status", "==", "confirmed").get();
  return found.docs.map((document) => document.data());
}
