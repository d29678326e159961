import { Firestore } from "@google-cloud/firestore";
import { deleteApp, initializeApp } from "firebase/app";
import type { FirebaseApp } from "firebase/app";
import { connectFirestoreEmulator, initializeFirestore } from "firebase/firestore";
import type { Firestore as WebFirestore, FirestoreSettings } from "firebase/firestore";
import { afterEach } from "vitest";
import type { RunningEmulator } from "../../src/index.ts";

/** Clients of the libraries themselves, closed after the test that opened them. */
export function sdkClients(fresh: { readonly emulator: RunningEmulator; readonly projectId: string }) {
  const opened: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((close) => close()));
  });
  return {
    admin(): Firestore {
      // By the variable rather than by settings: only so does the library not look for credentials.
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

/** Collects what a listener is given, to be awaited one by one. */
export class Collected<T> {
  readonly #values: T[] = [];
  #wake = () => {};

  readonly push = (value: T): void => {
    this.#values.push(value);
    this.#wake();
  };

  /** How many have come that nobody has taken. */
  get waiting(): number {
    return this.#values.length;
  }

  async next(): Promise<T> {
    while (this.#values.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#values.shift()!;
  }

  /** The first that satisfies a condition; those before it are passed over. */
  async until(satisfied: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await this.next();
      if (satisfied(value)) return value;
    }
  }
}
