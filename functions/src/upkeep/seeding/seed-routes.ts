import { Router, type RequestHandler } from "express";
import { z } from "zod";
import { addDays, daysBetween, eachDate, LAST_DATE } from "../../engine/dates.ts";
import { toMinutes } from "../../engine/units.ts";
import { dateOf } from "../../engine/zone.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";
import { noQuery } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseInput, parseQuery } from "../../platform/http/validate.ts";
import type { Seeder } from "./seeder.ts";

const MAX_SEEDED_DAYS = 62;

/** `POST /availability/seed`: which days to seed. By default a week that starts today. */
export const seedBody = z
  .strictObject({
    shop_id: idSchema.default("default"),
    start_date: dateSchema.optional(),
    days: z.int().min(1).max(MAX_SEEDED_DAYS).default(7),
  })
  .refine(({ start_date, days }) => !isBeyondCalendar(start_date, days), {
    path: ["days"],
    error: `The last date is ${LAST_DATE}.`,
  });

/** A start that is not a date is not checked here: its own schema has already refused it. */
function isBeyondCalendar(start: string | undefined, days: number): boolean {
  return start !== undefined && daysBetween(start, LAST_DATE) < days - 1;
}

interface Dependencies {
  readonly seeder: Seeder;
  readonly verifyToken: VerifyToken;
}

/** The route of the legacy weekly seeder, for admins. */
export function seedingRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router.route("/availability/seed").post(answerSeeding(dependencies)).all(onlyMethods("POST"));
  return router;
}

function answerSeeding({ seeder, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    parseQuery(noQuery, request);
    const { shop_id, start_date, days } = parseInput(seedBody, request.body ?? {});
    const admin = await requireAdmin(request, shop_id, verifyToken);
    const scope = scopeOf(response);
    const datesIn = (zone: string) => {
      const first = start_date ?? dateOf(zone, toMinutes(scope.now));
      return eachDate(first, addDays(first, days - 1));
    };
    const actor = { kind: admin.role, uid: admin.uid };
    const seeded = unwrap(await seeder.seed({ shopId: shop_id, datesIn, actor }, scope));
    response.json({ shop_id, seeded });
  };
}
