import { onDocumentWritten, type FirestoreEvent } from "firebase-functions/v2/firestore";
import type { Change as Written, ParamsOf } from "firebase-functions/v2";
import type { ChangeStore, Change } from "./change-store.ts";
import { instantOf } from "./event-time.ts";

/**
 * The triggers that invalidate caches after a console, a script or an import has changed documents past the API. They
 * also run for the API's own changes, and ignore them (`ChangeStore`).
 */
export function catalogTriggers(region: string, changes: () => ChangeStore | undefined) {
  const on = <P extends string>(
    document: P,
    handle: (store: ChangeStore, params: ParamsOf<P>, change: Change) => Promise<unknown>,
  ) =>
    onDocumentWritten({ document, region, retry: true }, async (event) => {
      const store = changes();
      if (store) await handle(store, event.params, changeOf(event));
    });
  return {
    onshopwritten: on("shops/{shopId}", (store, { shopId }, change) => store.shopWritten(shopId, change)),
    onservicewritten: on("shops/{shopId}/services/{serviceId}", (store, { shopId }, change) =>
      store.serviceWritten(shopId, change),
    ),
    onmechanicwritten: on("shops/{shopId}/mechanics/{mechanicId}", (store, { shopId }, change) =>
      store.mechanicWritten(shopId, change),
    ),
    onexceptionwritten: on("shops/{shopId}/exceptions/{exceptionId}", (store, { shopId }, change) =>
      store.exceptionWritten(shopId, change),
    ),
    onledgerwritten: on("shops/{shopId}/ledger/{ledgerId}", (store, { shopId, ledgerId }, change) =>
      store.ledgerWritten(shopId, ledgerId, change),
    ),
  };
}

function changeOf(event: FirestoreEvent<Written<Snapshot> | undefined, Record<string, string>>): Change {
  const { before, after } = event.data ?? {};
  return { before, after, at: after?.updateTime ?? instantOf(event.time) };
}

type Snapshot = NonNullable<Change["after"]>;
