import type { Firestore } from "@google-cloud/firestore";

/** An operation to measure: prepared once, then repeated. */
export interface BenchCase {
  readonly name: string;
  /** The number of concurrent operations. */
  readonly concurrency: number;
  prepare(db: Firestore): Promise<void>;
  /** Runs one operation; `index` is different for every repetition. */
  operate(db: Firestore, index: number): Promise<void>;
  /** Closes what `prepare` has opened. */
  finish?(): void;
}

/** Every emulator can load the small collection; the large one measures the use of indexes. */
const COLLECTION_SIZES = [5_000, 100_000];
const RESULT_SIZE = 100;
const BATCH_SIZE = 500;
const LISTENERS = 200;

const RECORD = {
  name: "a document of ordinary size",
  count: 7,
  tags: ["one", "two"],
  at: new Date(0),
  open: true,
};

const nothing = () => Promise.resolve();

/** Created for every server, because a case may keep state. */
export const CASES: readonly (() => BenchCase)[] = [
  () => ({
    name: "get",
    concurrency: 16,
    prepare: async (db) => void (await db.doc("bench/get").set(RECORD)),
    operate: async (db) => void (await db.doc("bench/get").get()),
  }),
  () => ({
    name: "set",
    concurrency: 16,
    prepare: nothing,
    operate: async (db, index) => void (await db.doc(`sets/${index}`).set(RECORD)),
  }),
  () => ({
    name: "commit of 10",
    concurrency: 8,
    prepare: nothing,
    operate: async (db, index) => {
      const batch = db.batch();
      for (let i = 0; i < 10; i++) batch.set(db.doc(`commits/${index}-${i}`), RECORD);
      await batch.commit();
    },
  }),
  () => ({
    name: "transaction 3r/3w",
    concurrency: 8,
    prepare: nothing,
    operate: (db, index) =>
      db.runTransaction(async (transaction) => {
        const documents = [0, 1, 2].map((i) => db.doc(`transactions/${index}-${i}`));
        await transaction.getAll(...documents);
        for (const document of documents) transaction.set(document, RECORD);
      }),
  }),
  ...COLLECTION_SIZES.map((size) => () => queryCase(size)),
  listenersCase,
];

function queryCase(collectionSize: number): BenchCase {
  const groups = collectionSize / RESULT_SIZE;
  return {
    name: `query of ${RESULT_SIZE} in ${collectionSize.toLocaleString("en-US")}`,
    concurrency: 4,
    prepare: (db) => fillCollection(db, collectionSize, groups),
    operate: async (db, index) => {
      const { size } = await db
        .collection("queried")
        .where("group", "==", index % groups)
        .get();
      if (size !== RESULT_SIZE) throw new Error(`the query returned ${size} documents, not ${RESULT_SIZE}`);
    },
  };
}

async function fillCollection(db: Firestore, size: number, groups: number): Promise<void> {
  for (let start = 0; start < size; start += BATCH_SIZE) {
    const batch = db.batch();
    for (let i = start; i < start + BATCH_SIZE; i++) {
      batch.set(db.doc(`queried/${i}`), { group: i % groups, value: i });
    }
    await batch.commit();
  }
}

/** Measures the time from a write until the last listener has seen it. */
function listenersCase(): BenchCase {
  const unsubscribes: (() => void)[] = [];
  let onSeen = (_value: unknown) => {};
  return {
    name: `one write to ${LISTENERS} listeners`,
    concurrency: 1,
    prepare: async (db) => {
      const document = db.doc("listened/document");
      const first = Array.from(
        { length: LISTENERS },
        () =>
          new Promise<void>((resolve, reject) => {
            const unsubscribe = document.onSnapshot((snapshot) => {
              resolve();
              onSeen(snapshot.get("value"));
            }, reject);
            unsubscribes.push(unsubscribe);
          }),
      );
      await Promise.all(first);
    },
    operate: async (db, index) => {
      let waiting = LISTENERS;
      const seen = new Promise<void>((resolve) => {
        onSeen = (value) => {
          if (value === index && --waiting === 0) resolve();
        };
      });
      await db.doc("listened/document").set({ value: index });
      await seen;
    },
    finish: () => unsubscribes.forEach((unsubscribe) => unsubscribe()),
  };
}
