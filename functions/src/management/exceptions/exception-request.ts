import { actorOf } from "../../audit/actor.ts";
import type { Request } from "express";
import type { z } from "zod";
import type { Level1 } from "../../availability/day/level1.ts";
import { WHOLE_SHOP } from "../../catalog/schema.ts";
import type { Principal } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { requireAdmin, requireAdminOrMechanic } from "../../platform/http/authenticate.ts";
import { idSchema } from "../../platform/http/fields.ts";
import { shopParams } from "../../platform/http/params.ts";
import type { ManagementCommand, ManagementStore } from "../management-store.ts";

/** The paths of the two collections: a mechanic's exceptions, and the shop's. */
export const COLLECTIONS = [
  "/v1/shops/:shop_id/mechanics/:mechanic_id/exceptions",
  "/v1/shops/:shop_id/exceptions",
];

/** A path without a mechanic is that of the shop's exceptions. */
export const ownerParams = shopParams.extend({ mechanic_id: idSchema.optional() });

/** What changes of exceptions depend on. */
export interface ChangeDependencies {
  readonly level1: Level1;
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly verifyToken: VerifyToken;
}

/** Whose exceptions a request is about, and who asks. */
export interface Asked {
  readonly shopId: string;
  /** `*`: the whole shop's exceptions. */
  readonly mechanicId: string;
  readonly caller: Principal;
}

/** Returns whose exceptions the request is about. Throws unless the caller may read and change them. */
export async function authorise(
  request: Request,
  { shop_id: shopId, mechanic_id }: z.output<typeof ownerParams>,
  verify: VerifyToken,
): Promise<Asked> {
  const mechanicId = mechanic_id ?? WHOLE_SHOP;
  const caller =
    mechanic_id === undefined
      ? await requireAdmin(request, shopId, verify)
      : await requireAdminOrMechanic(request, { shopId, mechanicId }, verify);
  return { shopId, mechanicId, caller };
}

export function commandOf({ shopId, caller }: Asked, requestId: string): ManagementCommand {
  return { shopId, requestId, actor: actorOf(caller) };
}
