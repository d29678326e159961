import * as logger from "firebase-functions/logger";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { Millis } from "../../engine/units.ts";
import type { ShopsStore } from "../warming/shops-store.ts";
import { rezone, type RezoneDependencies } from "./rezone.ts";

/** Continues the jobs that have begun and stopped, whose trigger died or gave up. */
export async function resumeRezonings(dependencies: RezoneDependencies, deadline: Millis): Promise<void> {
  const { rezonings, clock } = dependencies;
  for (const shopId of await rezonings.abandoned(clock.now()))
    await rezoneOne(dependencies, shopId, deadline);
}

/** Rezones every shop whose zone is not its ledgers', also where no trigger has begun: it reads all shops. */
export async function rezoneChangedShops(
  dependencies: RezoneDependencies & { readonly shops: ShopsStore },
  deadline: Millis,
): Promise<void> {
  for await (const shop of dependencies.shops.all()) {
    if (isRezoning(shop)) await rezoneOne(dependencies, shop.id, deadline);
  }
}

/** A shop that fails does not stop the others; the next run tries again. */
async function rezoneOne(dependencies: RezoneDependencies, shopId: string, deadline: Millis): Promise<void> {
  if (dependencies.clock.now() >= deadline) return;
  try {
    await rezone(dependencies, shopId, deadline);
  } catch (error) {
    logger.error("rezoning failed", { shop: shopId, cause: String(error) });
  }
}
