import { Timestamp, type DocumentData, type Firestore } from "firebase-admin/firestore";

export interface StoredEntry {
  readonly kind: "booking" | "hold";
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly slot_start: number;
  readonly expires_at: number | null;
}

export interface StoredBusy {
  readonly start: number;
  readonly end: number;
  readonly expires_at?: number | null;
}

/** A shop's documents as plain values; instants are milliseconds since the epoch. */
export interface Snapshot {
  /** When they were read. */
  readonly now: number;
  readonly catalogVersion: number;
  readonly bookings: readonly {
    readonly id: string;
    readonly status: string;
    readonly mechanic_id: string;
    readonly start: number;
    readonly end: number;
    readonly buffer_before_minutes: number;
    readonly buffer_after_minutes: number;
    readonly notes: string | null;
  }[];
  readonly holds: readonly {
    readonly id: string;
    readonly mechanic_id: string;
    readonly start: number;
    readonly extent_start: number;
    readonly extent_end: number;
    readonly session_hash: string;
    readonly expires_at: number;
  }[];
  readonly ledgers: readonly {
    readonly mechanic_id: string;
    readonly date: string;
    readonly entries: readonly StoredEntry[];
  }[];
  readonly days: readonly {
    readonly id: string;
    readonly generated_dynamically?: boolean;
    readonly cached_at?: number;
    readonly expires_at?: number;
    readonly epoch?: number;
    readonly filled_epoch?: number;
    readonly catalog_version?: number;
    readonly mechanics?: Readonly<
      Record<
        string,
        {
          readonly open?: readonly { readonly start: number; readonly end: number }[];
          readonly busy?: readonly StoredBusy[];
          readonly previous_busy?: readonly StoredBusy[];
          readonly next_busy?: readonly StoredBusy[];
          readonly booked?: number;
          readonly held_until?: readonly number[];
        }
      >
    >;
  }[];
  readonly audit: readonly {
    readonly action: string;
    readonly booking_id: string | null;
    readonly at: number;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
  readonly notifications: readonly {
    readonly id: string;
    readonly kind: string;
    readonly booking_id: string;
  }[];
}

/** Reads all of a shop; nothing may be writing to it meanwhile. */
export async function readSnapshot(db: Firestore, shopId: string): Promise<Snapshot> {
  const shop = db.doc(`shops/${shopId}`);
  const all = async (name: string) =>
    (await shop.collection(name).get()).docs.map((document) => ({
      ...(plain(document.data()) as DocumentData),
      id: document.id,
    }));
  const [bookings, holds, ledgers, days, audit, notifications] = await Promise.all(
    ["bookings", "holds", "ledger", "availability", "audit", "notifications"].map(all),
  );
  const catalogVersion = (await shop.get()).get("catalog_version") as number;
  return {
    now: Date.now(),
    catalogVersion,
    ...({ bookings, holds, ledgers, days, audit, notifications } as unknown as Omit<
      Snapshot,
      "now" | "catalogVersion"
    >),
  };
}

function plain(value: unknown): unknown {
  if (value instanceof Timestamp) return value.toMillis();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
