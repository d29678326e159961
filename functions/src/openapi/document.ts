import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { ACCESS_ENDPOINTS } from "./access-endpoints.ts";
import { AUDIT_ENDPOINTS } from "./audit-endpoints.ts";
import { AVAILABILITY_ENDPOINTS } from "./availability-endpoints.ts";
import { BOOKING_ENDPOINTS } from "./booking-endpoints.ts";
import { BULK_ENDPOINTS } from "./bulk-endpoints.ts";
import { CALENDAR_ENDPOINTS } from "./calendar-endpoints.ts";
import { CATALOG_ENDPOINTS } from "./catalog-endpoints.ts";
import { CUSTOMER_ENDPOINTS } from "./customer-endpoints.ts";
import { TAGS, type Endpoint } from "./endpoint.ts";
import { EXCEPTION_ENDPOINTS } from "./exception-endpoints.ts";
import { HOLD_ENDPOINTS } from "./hold-endpoints.ts";
import { operationOf } from "./operation.ts";
import { SCHEDULE_ENDPOINTS } from "./schedule-endpoints.ts";
import { SERVICE_ENDPOINTS } from "./service-endpoints.ts";
import { SETTINGS_ENDPOINTS } from "./settings-endpoints.ts";
import { SHOP_ENDPOINTS } from "./shop-endpoints.ts";
import { UPKEEP_ENDPOINTS } from "./upkeep-endpoints.ts";
import { withDescribedFields } from "./described-fields.ts";
import { correctSchema } from "./wire.ts";

/** Every endpoint of the API. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...AVAILABILITY_ENDPOINTS,
  ...SHOP_ENDPOINTS,
  ...SETTINGS_ENDPOINTS,
  ...CATALOG_ENDPOINTS,
  ...ACCESS_ENDPOINTS,
  ...HOLD_ENDPOINTS,
  ...BOOKING_ENDPOINTS,
  ...BULK_ENDPOINTS,
  ...SCHEDULE_ENDPOINTS,
  ...EXCEPTION_ENDPOINTS,
  ...CALENDAR_ENDPOINTS,
  ...AUDIT_ENDPOINTS,
  ...CUSTOMER_ENDPOINTS,
  ...UPKEEP_ENDPOINTS,
  ...SERVICE_ENDPOINTS,
];

const DESCRIPTION = `Availability and bookings of shops that take appointments.

Errors are \`{error, message, details?}\`, warnings \`{warning, message, details}\`. A warning is answered with 409 to a change
that is made when the request is repeated with \`confirm=true\`. A path that is not here answers 404 \`not_found\`, another
method of a path 405 \`method_not_allowed\`. Every \`GET\` may also be sent as \`HEAD\`. Instants are RFC 3339 with an offset;
wall times are the shop's. Answers are not stored by caches on the way.

\`x-callers\` of an operation says what each kind of caller gets: \`allowed\`, or the status of the refusal. \`customer\` and
\`mechanic\` are those whose resource it is, \`colleague\` is another mechanic of the shop, \`foreign\` staff are another shop's.`;

/** An OpenAPI document, as JSON. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Returns the OpenAPI document of the whole API. */
export function openApiDocument(): OpenApiDocument {
  const document = createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "slotbay",
        version: "1.0.0",
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
        contact: { name: "slotbay" },
      },
      servers: [{ url: "/", description: "The site that serves this document." }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      paths: pathsOf(ENDPOINTS),
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description:
              "A Firebase ID token; its claims `role`, `shop_id` and `mechanic_id` say who staff are.",
          },
          manageToken: {
            type: "apiKey",
            in: "header",
            name: "X-Manage-Token",
            description: "The `manage_token` that a guest got with the booking.",
          },
        },
      },
    },
    { override: correctSchema },
  );
  return withDescribedFields(document);
}

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operationOf(endpoint) };
  }
  return paths;
}
