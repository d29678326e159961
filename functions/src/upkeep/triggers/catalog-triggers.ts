import { onDocumentWritten, type FirestoreEvent } from "firebase-functions/v2/firestore";
import type { Change as Written, ParamsOf } from "firebase-functions/v2";
import { millis } from "../../engine/units.ts";
import { rezoneAfterWrite, type RezoneDependencies } from "../rezoning/rezone.ts";
import type { ChangeStore, Change } from "./change-store.ts";
import { instantOf } from "./event-time.ts";

/** The longest that an event's handler may run. A change of the zone takes it for a shop with many future ledgers. */
const SHOP_SECONDS = 540;

interface Dependencies extends RezoneDependencies {
  readonly changes: ChangeStore;
}

/**
 * The triggers that invalidate caches after a console, a script or an import has changed documents past the API. They
 * also run for the API's own changes, and ignore them (`ChangeStore`).
 */
export function catalogTriggers(region: string, context: () => Dependencies | undefined) {
  const on = <P extends string>(
    options: { document: P; timeoutSeconds?: number },
    handle: (dependencies: Dependencies, params: ParamsOf<P>, change: Change) => Promise<unknown>,
  ) =>
    onDocumentWritten({ ...options, region, retry: true }, async (event) => {
      const dependencies = context();
      if (dependencies) await handle(dependencies, event.params, changeOf(event));
    });
  return {
    onshopwritten: on(
      { document: "shops/{shopId}", timeoutSeconds: SHOP_SECONDS },
      async (dependencies, { shopId }, change) => {
        await dependencies.changes.shopWritten(shopId, change);
        const deadline = millis(dependencies.clock.now() + (SHOP_SECONDS - 60) * 1000);
        await rezoneAfterWrite(dependencies, shopId, { ...change, deadline });
      },
    ),
    onservicewritten: on(
      { document: "shops/{shopId}/services/{serviceId}" },
      ({ changes }, { shopId }, change) => changes.serviceWritten(shopId, change),
    ),
    onmechanicwritten: on(
      { document: "shops/{shopId}/mechanics/{mechanicId}" },
      ({ changes }, { shopId }, change) => changes.mechanicWritten(shopId, change),
    ),
    onexceptionwritten: on(
      { document: "shops/{shopId}/exceptions/{exceptionId}" },
      ({ changes }, { shopId }, change) => changes.exceptionWritten(shopId, change),
    ),
    onledgerwritten: on(
      { document: "shops/{shopId}/ledger/{ledgerId}" },
      ({ changes }, { shopId, ledgerId }, change) => changes.ledgerWritten(shopId, ledgerId, change),
    ),
  };
}

function changeOf(event: FirestoreEvent<Written<Snapshot> | undefined, Record<string, string>>): Change {
  const { before, after } = event.data ?? {};
  return { before, after, at: after?.updateTime ?? instantOf(event.time) };
}

type Snapshot = NonNullable<Change["after"]>;
