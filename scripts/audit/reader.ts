import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
  QuerySnapshot,
  Transaction,
} from "firebase-admin/firestore";

/** Documents per request: the answer for many more would exceed the maximum message size. */
const CHUNK = 300;

/** Reads documents and queries, either directly or in one consistent snapshot. */
export interface Reader {
  getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]>;
  get(query: Query): Promise<QuerySnapshot>;
}

/** A reader whose reads each see the latest documents. */
export function directReader(db: Firestore): Reader {
  return { getAll: inChunks((refs) => db.getAll(...refs)), get: (query) => query.get() };
}

/** Runs `work` with a reader whose reads all see the same snapshot. */
export function inOneSnapshot<T>(db: Firestore, work: (reader: Reader) => Promise<T>): Promise<T> {
  const readerOf = (tx: Transaction): Reader => ({
    getAll: inChunks((refs) => tx.getAll(...refs)),
    get: (query) => tx.get(query),
  });
  return db.runTransaction((tx) => work(readerOf(tx)), { readOnly: true });
}

function inChunks(getAll: (refs: DocumentReference[]) => Promise<DocumentSnapshot[]>): Reader["getAll"] {
  return async (...refs) => {
    const found: DocumentSnapshot[] = [];
    for (let from = 0; from < refs.length; from += CHUNK) {
      found.push(...(await getAll(refs.slice(from, from + CHUNK))));
    }
    return found;
  };
}
