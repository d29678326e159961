import { z } from "zod";
import type { publicMechanic, publicService } from "../catalog/public-view.ts";
import type { Mechanic, Service } from "../catalog/schema.ts";
import { idempotencyKeySchema } from "../bookings/booking-request.ts";
import { confirmQuery, fullViewQuery, removalQuery } from "../management/management-request.ts";
import { mechanicBody, mechanicChangeBody } from "../management/mechanics/mechanic-body.ts";
import { serviceBody, serviceChangeBody } from "../management/services/service-body.ts";
import { idSchema } from "../platform/http/fields.ts";
import { mechanicParams, noQuery, shopParams } from "../platform/http/params.ts";
import { ADMIN, ANYONE, MECHANIC_OR_ADMIN, STAFF, type Permissions } from "./callers.ts";
import type { Endpoint, Tag } from "./endpoint.ts";
import { weeklySchedule } from "./shown.ts";

const serviceFields = {
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  price: z
    .strictObject({
      amount: z.int().meta({ description: "In minor units, such as cents." }),
      currency: z.string(),
    })
    .nullable(),
  durations_minutes: z.array(z.int()),
  buffer_before_minutes: z.int(),
  buffer_after_minutes: z.int(),
};
const mechanicFields = { id: z.string(), name: z.string(), specialties: z.array(z.string()) };

const shownService = z.strictObject(serviceFields).meta({ id: "PublicService" }) satisfies z.ZodType<
  ReturnType<typeof publicService>
>;
const fullService = z
  .strictObject({ ...serviceFields, active: z.boolean() })
  .meta({ id: "Service" }) satisfies z.ZodType<Service>;
const shownMechanic = z.strictObject(mechanicFields).meta({ id: "PublicMechanic" }) satisfies z.ZodType<
  ReturnType<typeof publicMechanic>
>;
const fullMechanic = z
  .strictObject({
    ...mechanicFields,
    weekly_schedule: weeklySchedule,
    max_bookings_per_day: z.int().nullable(),
    active: z.boolean(),
  })
  .meta({ id: "Mechanic" }) satisfies z.ZodType<Mechanic>;

/** What the endpoints of services and of mechanics are made from. */
interface Kind {
  readonly name: "service" | "mechanic";
  readonly title: "Service" | "Mechanic";
  readonly tag: Tag;
  readonly params: z.ZodObject;
  /** Who may read one in full. */
  readonly readers: Permissions;
  readonly shown: z.ZodType;
  readonly full: z.ZodType;
  readonly creation: z.ZodType;
  readonly change: z.ZodType;
  readonly example: { readonly id: string; readonly [field: string]: unknown };
  readonly publicFields: readonly string[];
  readonly creationExample: unknown;
  readonly changeExample: unknown;
}

const EXAMPLE_SERVICE = {
  id: "oil_change",
  name: "Oil change",
  description: null,
  price: { amount: 4900, currency: "USD" },
  durations_minutes: [30, 60],
  buffer_before_minutes: 0,
  buffer_after_minutes: 15,
  active: true,
};

const KINDS: readonly Kind[] = [
  {
    name: "service",
    title: "Service",
    tag: "Services",
    params: shopParams.extend({ service_id: idSchema }),
    readers: STAFF,
    shown: shownService,
    full: fullService,
    creation: serviceBody,
    change: serviceChangeBody,
    example: EXAMPLE_SERVICE,
    publicFields: Object.keys(shownService.shape),
    creationExample: { id: "wash", name: "Wash", durations_minutes: [20] },
    changeExample: { buffer_after_minutes: 10 },
  },
  {
    name: "mechanic",
    title: "Mechanic",
    tag: "Mechanics",
    params: mechanicParams,
    readers: MECHANIC_OR_ADMIN,
    shown: shownMechanic,
    full: fullMechanic,
    creation: mechanicBody,
    change: mechanicChangeBody,
    example: {
      id: "mechanic_123",
      name: "Ada",
      specialties: ["oil_change"],
      weekly_schedule: { monday: [{ start_time: "09:00", end_time: "12:00" }] },
      max_bookings_per_day: null,
      active: true,
    },
    publicFields: Object.keys(shownMechanic.shape),
    creationExample: { id: "mechanic_789", name: "Alan", specialties: ["oil_change"] },
    changeExample: { max_bookings_per_day: 8 },
  },
];

const creationHeaders = z.object({ "idempotency-key": idempotencyKeySchema.optional() });

/** A new mechanic may be given a schedule. */
const SCHEDULE_ERRORS = { service: [], mechanic: ["invalid_interval", "overlapping_intervals"] } as const;

export const CATALOG_ENDPOINTS: readonly Endpoint[] = KINDS.flatMap((kind) => [
  ...listEndpoints(kind),
  ...entryEndpoints(kind),
]);

function listEndpoints(kind: Kind): Endpoint[] {
  const { name, title, tag, shown, full, creation, example } = kind;
  const path = `/v1/shops/{shop_id}/${name}s`;
  const ofPublic = Object.fromEntries(
    Object.entries(example).filter(([field]) => kind.publicFields.includes(field)),
  );
  const one = {
    description: "Created.",
    schema: z.strictObject({ [name]: full }),
    example: { [name]: example },
  };
  return [
    {
      id: `list${title}s`,
      method: "get",
      path,
      tag,
      summary: `List the ${name}s of a shop`,
      description: `The active ones for everybody; with \`view=full\` all of them for staff, with every field.`,
      callers: ANYONE,
      params: shopParams,
      query: fullViewQuery.partial(),
      queryExample: {},
      answers: {
        200: {
          description: `The ${name}s.`,
          schema: z.strictObject({ [`${name}s`]: z.union([z.array(shown), z.array(full)]) }),
          example: { [`${name}s`]: [ofPublic] },
        },
      },
      errors: ["unauthenticated", "forbidden", "shop_inactive"],
    },
    {
      id: `create${title}`,
      method: "post",
      path,
      tag,
      summary: `Create a ${name}`,
      callers: ADMIN,
      params: shopParams,
      query: noQuery,
      headers: creationHeaders,
      body: { schema: creation, example: kind.creationExample },
      answerHeaders: { ETag: z.string() },
      answers: { 201: one, 200: { ...one, description: "Created before, with the same key." } },
      errors: ["already_exists", "idempotency_key_reused", "contention", ...SCHEDULE_ERRORS[name]],
    },
  ];
}

function entryEndpoints({ name, title, tag, params, readers, full, change, ...kind }: Kind): Endpoint[] {
  const shared = { path: `/v1/shops/{shop_id}/${name}s/{${name}_id}`, tag, params } as const;
  const answer = (description: string) => ({
    description,
    schema: z.strictObject({ [name]: full }),
    example: { [name]: kind.example },
  });
  return [
    {
      ...shared,
      id: `get${title}`,
      method: "get",
      summary: `Show a ${name} in full`,
      callers: readers,
      query: noQuery,
      etag: true,
      answers: { 200: answer(`The ${name}.`) },
    },
    {
      ...shared,
      id: `change${title}`,
      method: "patch",
      summary: `Change fields of a ${name}`,
      callers: ADMIN,
      query: confirmQuery,
      etag: true,
      body: { schema: change, example: kind.changeExample },
      answers: { 200: answer(`The changed ${name}.`) },
      errors: ["contention"],
      warnings: ["appointment_conflicts"],
    },
    {
      ...shared,
      id: `remove${title}`,
      method: "delete",
      summary: `Deactivate or purge a ${name}`,
      description: `Deactivates it; with \`purge=true\` removes one that nothing refers to.`,
      callers: ADMIN,
      query: removalQuery,
      queryExample: {},
      ifMatch: true,
      answers: { 200: answer("Deactivated."), 204: { description: "Purged." } },
      errors: ["still_referenced", "contention"],
      warnings: ["appointment_conflicts"],
    },
  ];
}
