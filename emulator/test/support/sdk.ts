import { Firestore } from "@google-cloud/firestore";
import { deleteApp, initializeApp } from "firebase/app";
import type { FirebaseApp } from "firebase/app";
import { connectFirestoreEmulator, initializeFirestore } from "firebase/firestore";
import type { Firestore as WebFirestore, FirestoreSettings } from "firebase/firestore";
import { afterEach } from "vitest";
import type { RunningEmulator } from "../../src/index.ts";

/** Clients of the SDKs, closed after the test that opened them. */
export function sdkClients(fresh: { readonly emulator: RunningEmulator; readonly projectId: string }) {
  const opened: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((close) => close()));
  });
  return {
    admin(): Firestore {
      // The library skips the search for credentials only if the variable is set.
      process.env["FIRESTORE_EMULATOR_HOST"] = fresh.emulator.address;
      const firestore = new Firestore({ projectId: fresh.projectId });
      opened.push(() => firestore.terminate());
      return firestore;
    },
    web(settings: FirestoreSettings = {}): WebFirestore {
      const app: FirebaseApp = initializeApp(
        { projectId: fresh.projectId, apiKey: "none" },
        crypto.randomUUID(),
      );
      const firestore = initializeFirestore(app, settings);
      connectFirestoreEmulator(firestore, fresh.emulator.host, fresh.emulator.port);
      opened.push(() => deleteApp(app));
      return firestore;
    },
  };
}

/** A queue of the values passed to a listener. */
export class Collected<T> {
  readonly #values: T[] = [];
  #wake = () => {};

  readonly push = (value: T): void => {
    this.#values.push(value);
    this.#wake();
  };

  /** The number of values in the queue. */
  get waiting(): number {
    return this.#values.length;
  }

  async next(): Promise<T> {
    while (this.#values.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#values.shift()!;
  }

  /** The first value that satisfies a condition; drops the values before it. */
  async until(satisfied: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await this.next();
      if (satisfied(value)) return value;
    }
  }
}
