import { z } from "zod";
import { auditQuery, type ShownEntry } from "../management/audit/list-audit.ts";
import { shopParams } from "../platform/http/params.ts";
import { ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { instant, pageToken } from "./shown.ts";

export const auditEntry = z
  .strictObject({
    id: z.string(),
    at: instant,
    type: z.string(),
    actor: z.strictObject({ kind: z.string(), uid: z.string().nullable() }),
    booking_id: z.string().nullable(),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditEntry" }) satisfies z.ZodType<ShownEntry>;

export const AUDIT_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "listAudit",
    method: "get",
    path: "/v1/shops/{shop_id}/audit",
    tag: "Audit",
    summary: "List what happened in a shop",
    description:
      "The newest entry first; filters may be combined. Entries of type `bookings_refused` are counts of a day.",
    callers: ADMIN,
    params: shopParams,
    query: auditQuery,
    queryExample: { from: "2026-01-01", to: "2026-01-31", type: "schedule_changed" },
    answers: {
      200: {
        description: "A page of entries.",
        schema: z.strictObject({ entries: z.array(auditEntry), next_page_token: pageToken }),
        example: {
          entries: [
            {
              id: "a90f2e",
              at: "2026-01-10T16:20:00.000Z",
              type: "schedule_changed",
              actor: { kind: "admin", uid: "4f1c0d2b" },
              booking_id: null,
              reason: null,
              details: { mechanic_id: "mechanic_123", before: {}, after: {} },
            },
          ],
          next_page_token: null,
        },
      },
    },
  },
];
