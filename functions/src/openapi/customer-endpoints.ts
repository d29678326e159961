import { z } from "zod";
import { eraseBody, exportBody } from "../management/customers/customer-routes.ts";
import type { ErasedCounts } from "../management/customers/erasure-progress-store.ts";
import type { CustomerData } from "../management/customers/export-store.ts";
import { confirmQuery } from "../management/management-request.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { auditEntry } from "./audit-endpoints.ts";
import { ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_BOOKING } from "./examples.ts";
import { pageToken } from "./shown.ts";

/** What is stored may be a corrupt document, which is exported as it is. */
const stored = z.looseObject({});
const data = {
  bookings: z.array(stored),
  notifications: z.array(stored),
  mails: z.array(stored),
  audit: z.array(auditEntry),
};
const exported = z
  .strictObject({ ...data, next_page_token: pageToken })
  .meta({ id: "CustomerExport" }) satisfies z.ZodType<CustomerData>;
const counts = z.strictObject({
  bookings: z.int(),
  notifications: z.int(),
  mails: z.int(),
}) satisfies z.ZodType<ErasedCounts>;
const erased = z.strictObject({ erased: counts });
const EXAMPLE_ERASED = { erased: { bookings: 3, notifications: 5, mails: 5 } };

const shared = {
  method: "post",
  tag: "Customers",
  callers: ADMIN,
  params: shopParams,
} as const;

export const CUSTOMER_ENDPOINTS: readonly Endpoint[] = [
  {
    ...shared,
    id: "exportCustomer",
    path: "/v1/shops/{shop_id}/customers:export",
    summary: "Export what a shop stores about a customer",
    description: "The customer is named by one of `email`, `phone` and `uid`. The export is audited.",
    query: noQuery,
    body: { schema: exportBody, example: { email: "chen@example.com" } },
    answers: {
      200: {
        description: "A page of the data.",
        schema: exported,
        example: {
          ...{ bookings: [EXAMPLE_BOOKING], notifications: [], mails: [], audit: [] },
          next_page_token: null,
        },
      },
    },
    errors: ["contention"],
  },
  {
    ...shared,
    id: "eraseCustomer",
    path: "/v1/shops/{shop_id}/customers:erase",
    summary: "Erase a customer from a shop",
    description:
      "Past bookings stay as anonymous time; notifications and mails are deleted. Upcoming appointments are listed in a warning; with `confirm=true` they are cancelled. May be repeated.",
    query: confirmQuery,
    body: { schema: eraseBody, example: { email: "chen@example.com" } },
    answers: {
      200: { description: "Erased.", schema: erased, example: EXAMPLE_ERASED },
      202: { description: "Partly erased: repeat the request.", schema: erased, example: EXAMPLE_ERASED },
    },
    errors: ["contention", "shop_rezoning"],
    warnings: ["appointment_conflicts"],
  },
];
