import { randomUUID } from "node:crypto";
import type { Firestore } from "firebase-admin/firestore";
import { BookingStore } from "../../functions/src/bookings/booking-store.ts";
import { isRezoning } from "../../functions/src/catalog/ledger-zone.ts";
import { mechanicSchema, shopSchema } from "../../functions/src/catalog/schema.ts";
import { readRetention } from "../../functions/src/config.ts";
import { ManagementStore } from "../../functions/src/management/management-store.ts";
import type { Millis } from "../../functions/src/engine/units.ts";
import { readDocument } from "../../functions/src/platform/firestore/documents.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { OnProgress } from "../support/progress.ts";
import type { ExceptionKind } from "./exception-rows.ts";
import { importBookings } from "./import-bookings.ts";
import { importExceptions } from "./import-exceptions.ts";
import type { ImportRun } from "./import-run.ts";
import { importSchedules } from "./import-schedules.ts";
import { readJoinedTables } from "./joined-tables.ts";
import { NO_MAPPING, readMapping, ShopIds } from "./mapping.ts";
import { Report } from "./report.ts";
import { RolledBackChanges } from "./rolled-back-changes.ts";
import type { ScheduleKind } from "./schedule-rows.ts";
import { SourceFile, UnusableFile, type Format } from "./source-file.ts";

/** The tables of the source systems, and what their rows become. */
export const KINDS = {
  therapist_availability: "schedules",
  availability_templates: "schedules",
  practitioner_availability: "schedules",
  availability_overrides: "exceptions",
  calendar_events: "exceptions",
  appointments: "bookings",
} as const;
export type Kind = keyof typeof KINDS;

export interface ImportOptions {
  readonly from: Kind;
  readonly file: string;
  readonly format?: Format | undefined;
  readonly shop: string;
  /** The files of `--map`, `--events`, `--patients` and `--report`. */
  readonly map?: string | undefined;
  readonly events?: string | undefined;
  readonly patients?: string | undefined;
  readonly report?: string | undefined;
  readonly create: boolean;
  readonly skipConflicts: boolean;
  readonly dryRun: boolean;
}

export interface ImportSurroundings {
  readonly now: () => Millis;
  readonly print: (line: string) => void;
  readonly progress: (pass: string) => OnProgress;
}

/** Imports a table; resolves with whether every line was imported. Throws an `UnusableFile` for what the user can fix. */
export async function runImport(
  db: Firestore,
  options: ImportOptions,
  { now, print, progress }: ImportSurroundings,
): Promise<boolean> {
  const { from: kind, shop: shopId, dryRun } = options;
  const file = await SourceFile.open(options.file, options.format);
  const mapping = options.map === undefined ? NO_MAPPING : await readMapping(options.map);
  const { shop, schedules, services } = await readShop(db, shopId);
  const retention = readRetention();
  const subject = { kind, file: options.file, shop_id: shopId, dry_run: dryRun };
  const run: ImportRun = {
    db,
    shop,
    ids: new ShopIds(mapping, { mechanics: schedules.keys(), services }, options.create),
    file,
    report: new Report(subject, print, options.report ?? null),
    management: dryRun ? new RolledBackChanges(db, retention) : new ManagementStore(db, retention),
    dryRun,
    now,
    newId: randomUUID,
    progress,
  };
  if (KINDS[kind] === "schedules") await importSchedules(run, kind as ScheduleKind, schedules);
  else if (KINDS[kind] === "exceptions") await importExceptions(run, kind as ExceptionKind);
  else {
    await importBookings(run, {
      bookings: new BookingStore(db, retention),
      joined: await readJoinedTables({
        events: await openIfNamed(options.events),
        patients: await openIfNamed(options.patients),
      }),
      skipConflicts: options.skipConflicts,
    });
  }
  run.report.end();
  return run.report.isComplete;
}

function openIfNamed(path: string | undefined): Promise<SourceFile | null> {
  return path === undefined ? Promise.resolve(null) : SourceFile.open(path);
}

/** Reads the shop, the ids of its services, and the schedules of its mechanics by id. */
async function readShop(db: Firestore, shopId: string) {
  const paths = shopPaths(db, shopId);
  const [snapshot, mechanics, services] = await Promise.all([
    paths.shop.get(),
    paths.mechanics.get(),
    paths.services.select().get(),
  ]);
  const shop = readDocument(snapshot, shopSchema);
  if (!shop) throw new UnusableFile(`there is no shop ${shopId}: create it first`);
  if (isRezoning(shop))
    throw new UnusableFile(`the time zone of shop ${shopId} is being changed: try again later`);
  const schedules = new Map(
    mechanics.docs.map((one) => [one.id, readDocument(one, mechanicSchema)?.weekly_schedule ?? {}] as const),
  );
  return { shop, schedules, services: services.docs.map(({ id }) => id) };
}
