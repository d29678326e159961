import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getApps, initializeApp, type App } from "firebase-admin/app";
import { getAppCheck } from "firebase-admin/app-check";
import { getAuth } from "firebase-admin/auth";
import { getFirestore, type Firestore } from "firebase-admin/firestore";
import { firebaseAppCheckVerifier, type VerifyAppCheck } from "./platform/app-check.ts";
import {
  emulatorTokenVerifier,
  firebaseTokenVerifier,
  type VerifyToken,
} from "./platform/auth/token-verifier.ts";
import { GenerationStore } from "./availability/generation/generation-store.ts";
import { Level1 } from "./availability/day/level1.ts";
import { AvailabilityService } from "./availability/generation/availability-service.ts";
import { AvailabilityStore } from "./availability/day/day-store.ts";
import { BookingReconciler } from "./bookings/reconciler.ts";
import { KeyedQueue } from "./platform/keyed-queue.ts";
import { BookingListStore } from "./bookings/booking-list-store.ts";
import { ContactStore } from "./bookings/contact-store.ts";
import { RefusalCounts } from "./bookings/refusal-counts.ts";
import { RefusalStore } from "./bookings/refusal-store.ts";
import { BookingStore } from "./bookings/booking-store.ts";
import { CalendarFeeds } from "./calendar/calendar-feeds.ts";
import { CalendarStore } from "./calendar/calendar-store.ts";
import { ServicesMemory } from "./catalog/services-memory.ts";
import { CatalogReader } from "./catalog/catalog-reader.ts";
import { ZoneHints } from "./catalog/zone-hints.ts";
import { millis } from "./engine/units.ts";
import { readConfig, readPlatform, type Config } from "./config.ts";
import { CLIENT_SETTINGS } from "./platform/firestore/client-settings.ts";
import { HoldStore } from "./holds/hold-store.ts";
import { RateLimitStore } from "./platform/rate-limits/rate-limit-store.ts";
import { DeliveryStore } from "./notifications/delivery-store.ts";
import { ManageLinks } from "./notifications/manage-links.ts";
import { KeyedHash } from "./platform/keyed-hash.ts";
import { ProblemStore } from "./problems/problem-store.ts";
import { ExceptionStore } from "./management/exceptions/exception-store.ts";
import { AuditStore } from "./management/audit/audit-store.ts";
import { emulatorUsers, firebaseUsers, type UserDirectory } from "./management/access/users.ts";
import { CustomerStore } from "./management/customers/customer-store.ts";
import { ErasureProgressStore } from "./management/customers/erasure-progress-store.ts";
import { ErasureStore } from "./management/customers/erasure-store.ts";
import { ExportStore } from "./management/customers/export-store.ts";
import { ManagementStore } from "./management/management-store.ts";
import { RecalculationStore } from "./upkeep/recalculation/recalculation-store.ts";
import { RezoningStore } from "./upkeep/rezoning/rezoning-store.ts";
import type { Clock } from "./platform/scope.ts";
import { Seeder } from "./upkeep/seeding/seeder.ts";
import { SeedStore } from "./upkeep/seeding/seed-store.ts";
import { OpenStreams, STREAMS_PER_CLIENT } from "./availability/streaming/open-streams.ts";
import { SlotFeeds } from "./availability/streaming/slot-feeds.ts";
import { WatchStore } from "./availability/streaming/watch-store.ts";
import { ChangeStore } from "./upkeep/triggers/change-store.ts";
import { ShopsStore } from "./upkeep/warming/shops-store.ts";

/** The dependencies that the others are built from; a test can replace any of them. */
export interface ContextOverrides {
  readonly db: Firestore;
  readonly config: Config;
  readonly clock: Clock;
  readonly verifyToken: VerifyToken;
  readonly verifyAppCheck: VerifyAppCheck;
  readonly users: UserDirectory;
  readonly newId: () => string;
}

export type Context = ReturnType<typeof createContext>;

/** Builds all dependencies. Each call returns a separate instance with caches of its own. */
export function createContext(overrides: Partial<ContextOverrides> = {}) {
  const clock = overrides.clock ?? { now: () => millis(Date.now()) };
  const config = overrides.config ?? readConfig();
  const db = overrides.db ?? defaultFirestore();
  const verifyToken = overrides.verifyToken ?? defaultVerifier(clock);
  const verifyAppCheck =
    overrides.verifyAppCheck ?? firebaseAppCheckVerifier(() => getAppCheck(defaultApp()));
  const addressHash = new KeyedHash("ADDRESS_HMAC_SECRET", config.addressHmacSecret);
  const newId = overrides.newId ?? (() => randomUUID().replaceAll("-", ""));

  const catalog = new CatalogReader(db);
  const services = new ServicesMemory((shopId, cost) => catalog.services(shopId, cost));
  const zones = new ZoneHints();
  const level1 = new Level1(config.level1Seconds);
  const availabilityStore = new AvailabilityStore(db);
  const generator = new GenerationStore(db);
  const availability = new AvailabilityService({
    store: availabilityStore,
    generator,
    services,
    zones,
    level1,
    ttlSeconds: config.cacheTtlSeconds,
  });
  const watches = new WatchStore(db);
  const feeds = new SlotFeeds({ availability, catalog, services, watches, clock });
  const refusalDays = new RefusalStore(db, config.retention);
  const calendars = new CalendarStore(db);
  const bookings = new BookingStore(db, config.retention);
  const keyedHash = new KeyedHash("MANAGE_TOKEN_SECRET", config.manageTokenSecret);
  return {
    db,
    config,
    clock,
    verifyToken,
    verifyAppCheck,
    users: overrides.users ?? defaultUsers(),
    addressHash,
    newId,
    catalog,
    services,
    zones,
    level1,
    availability,
    availabilityStore,
    generator,
    watches,
    feeds,
    calendars,
    calendarFeeds: new CalendarFeeds({ calendars, watches, services }),
    openStreams: new OpenStreams({
      perClient: config.rateLimits ? STREAMS_PER_CLIENT : Infinity,
      perInstance: config.streamsPerInstance,
    }),
    recalculations: new RecalculationStore(db, config.retention),
    audit: new AuditStore(db),
    customers: new CustomerStore(db),
    erasures: new ErasureStore(db, config.retention),
    erasureProgress: new ErasureProgressStore(db),
    exports: new ExportStore(db),
    refusalDays,
    refusals: new RefusalCounts(refusalDays),
    management: new ManagementStore(db, config.retention),
    exceptions: new ExceptionStore(db),
    rezonings: new RezoningStore(db),
    problems: new ProblemStore(db),
    shops: new ShopsStore(db),
    warmDays: config.warmDays,
    bookings,
    keyedHash,
    manageLinks: new ManageLinks(keyedHash, config.publicUrl),
    contacts: new ContactStore(db, addressHash, config.retention),
    deliveries: new DeliveryStore(db, config.retention),
    pause: (milliseconds: number) => sleep(milliseconds),
    bookingLists: new BookingListStore(db),
    holds: new HoldStore(db, config.retention),
    rateLimitStore: new RateLimitStore(db, clock, addressHash),
    queue: new KeyedQueue(),
    bookingDeadlineMs: config.bookingDeadlineSeconds * 1000,
    seeder: new Seeder({
      availabilityStore,
      generator,
      seeds: new SeedStore(db, config.retention),
      services,
      level1,
    }),
    changes: new ChangeStore(db),
    reconciler: new BookingReconciler(db, bookings, () => clock.now()),
  };
}

function defaultApp(): App {
  return getApps()[0] ?? initializeApp();
}

let firestore: Firestore | undefined;

/** The client that all contexts of a process share: its settings can be set only once. */
function defaultFirestore(): Firestore {
  if (!firestore) {
    firestore = getFirestore(defaultApp());
    firestore.settings(CLIENT_SETTINGS);
  }
  return firestore;
}

function defaultUsers(): UserDirectory {
  const auth = () => getAuth(defaultApp());
  return readPlatform().authEmulator ? emulatorUsers(auth) : firebaseUsers(auth);
}

function defaultVerifier(clock: Clock): VerifyToken {
  const { authEmulator, projectId } = readPlatform();
  const auth = () => getAuth(defaultApp());
  return authEmulator ? emulatorTokenVerifier(projectId, clock, auth) : firebaseTokenVerifier(auth);
}
