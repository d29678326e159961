import { z } from "zod";
import { adminAccessBody, mechanicAccessBody } from "../management/access/access-body.ts";
import type { ShownAccess } from "../management/access/change-access.ts";
import { mechanicParams, noQuery, shopParams } from "../platform/http/params.ts";
import { ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";

const shown = z
  .strictObject({
    uid: z.string(),
    role: z.enum(["admin", "mechanic", "customer"]),
    mechanic_id: z.string().nullable(),
  })
  .meta({ id: "Access" }) satisfies z.ZodType<ShownAccess>;

const ROLES = [
  {
    role: "admin",
    name: "AdminAccess",
    path: "/v1/shops/{shop_id}/access",
    params: shopParams,
    schema: adminAccessBody,
    mechanic_id: null,
  },
  {
    role: "mechanic",
    name: "MechanicAccess",
    path: "/v1/shops/{shop_id}/mechanics/{mechanic_id}/access",
    params: mechanicParams,
    schema: mechanicAccessBody,
    mechanic_id: "mechanic_123",
  },
] as const;

export const ACCESS_ENDPOINTS: readonly Endpoint[] = ROLES.flatMap(
  ({ role, name, path, params, schema, mechanic_id }): Endpoint[] => {
    const shared = {
      path,
      tag: "Access",
      callers: ADMIN,
      params,
      query: noQuery,
      etag: true,
      body: { schema, example: { email: "ada@example.com", role } },
      errors: ["role_conflict", "contention"],
    } as const;
    const access = { uid: "4f1c0d2b", role, mechanic_id };
    return [
      {
        ...shared,
        id: `grant${name}`,
        method: "put",
        summary: `Give a user the role of ${role}`,
        answers: {
          200: { description: "The role.", schema: z.strictObject({ access: shown }), example: { access } },
        },
      },
      {
        ...shared,
        id: `revoke${name}`,
        method: "delete",
        summary: `Take the role of ${role} from a user`,
        description: "The user's sessions end.",
        answers: {
          200: {
            description: "The role that is left.",
            schema: z.strictObject({ access: shown }),
            example: { access: { ...access, role: "customer", mechanic_id: null } },
          },
        },
      },
    ];
  },
);
