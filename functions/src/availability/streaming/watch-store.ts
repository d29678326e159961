import type { DocumentSnapshot, Firestore } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { readDay } from "../day/day-document.ts";
import type { StoredDay } from "../day/day.ts";
import { shopSchema, type Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";

/**
 * `changed` is called with the present document and after every change; `failed` if Firestore ends the listener for
 * good or `changed` throws.
 */
export interface Watcher<T> {
  readonly changed: (value: T) => void;
  readonly failed: (error: Error) => void;
}

type Stop = () => void;

interface Watch {
  readonly watchers: Set<Watcher<DocumentSnapshot>>;
  latest: DocumentSnapshot | undefined;
  stop: Stop;
}

/** Listens to shops and days, with one Firestore listener for each document in the instance. */
export class WatchStore {
  readonly #watches = new Map<string, Watch>();

  constructor(private readonly db: Firestore) {}

  shop(shopId: string, { changed, failed }: Watcher<Shop | undefined>): Stop {
    const { path } = shopPaths(this.db, shopId).shop;
    return this.#watch(path, { changed: (found) => changed(readDocumentOrThrow(found, shopSchema)), failed });
  }

  day(shopId: string, date: PlainDate, { changed, failed }: Watcher<StoredDay | undefined>): Stop {
    const { path } = shopPaths(this.db, shopId).day(date);
    return this.#watch(path, { changed: (found) => changed(readDay(found)), failed });
  }

  /** The number of open Firestore listeners. */
  get size(): number {
    return this.#watches.size;
  }

  #watch(path: string, watcher: Watcher<DocumentSnapshot>): Stop {
    const watch = this.#watches.get(path) ?? this.#open(path);
    watch.watchers.add(watcher);
    if (watch.latest) tell(watcher, watch.latest);
    return () => {
      if (!watch.watchers.delete(watcher) || watch.watchers.size > 0) return;
      watch.stop();
      if (this.#watches.get(path) === watch) this.#watches.delete(path);
    };
  }

  #open(path: string): Watch {
    const watch: Watch = { watchers: new Set(), latest: undefined, stop: () => undefined };
    this.#watches.set(path, watch);
    watch.stop = this.db.doc(path).onSnapshot(
      (snapshot) => {
        watch.latest = snapshot;
        for (const watcher of [...watch.watchers]) tell(watcher, snapshot);
      },
      (error) => {
        this.#watches.delete(path);
        for (const { failed } of [...watch.watchers]) failed(error);
      },
    );
    return watch;
  }
}

/** Calls a watcher. An exception in a listener has no caller to catch it and would end the process. */
function tell({ changed, failed }: Watcher<DocumentSnapshot>, snapshot: DocumentSnapshot): void {
  try {
    changed(snapshot);
  } catch (error) {
    logger.error("listener failed", { path: snapshot.ref.path, cause: String(error) });
    failed(error instanceof Error ? error : new Error(String(error)));
  }
}
