import type { Router } from "express";
import type { Mechanic } from "../../catalog/schema.ts";
import { isAdminOf } from "../../platform/auth/principal.ts";
import { done, type Outcome } from "../../platform/errors.ts";
import type { z } from "zod";
import { entryRoutes, type EntryDependencies } from "../entries/entry-routes.ts";
import { readSchedule } from "../schedules/weekly-schedule.ts";
import { mechanicBody, mechanicChangeBody } from "./mechanic-body.ts";
import { MECHANICS } from "./mechanic-kind.ts";

/** Routes to the mechanics of a shop: who is booked. A mechanic sees no colleague in full, because hours are private. */
export function mechanicRoutes(dependencies: EntryDependencies): Router {
  return entryRoutes(dependencies, {
    kind: MECHANICS,
    path: "mechanics",
    creationBody: mechanicBody,
    changeBody: mechanicChangeBody,
    fieldsOf,
    readAll: (catalog, shopId, cost) => catalog.mechanics(shopId, cost),
    read: (catalog, { shopId, id }, cost) => catalog.mechanic(shopId, id, cost),
    isVisible: (caller, { shopId, id }) => isAdminOf(caller, shopId) || caller.mechanicId === id,
  });
}

function fieldsOf(body: Partial<Omit<z.output<typeof mechanicBody>, "id">>): Outcome<Partial<Mechanic>> {
  const { weekly_schedule: given, ...fields } = body;
  if (given === undefined) return done(fields);
  const schedule = readSchedule(given);
  return schedule.ok ? done({ ...fields, weekly_schedule: schedule.value }) : schedule;
}
