import {
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
} from "firebase-admin/firestore";

/** A document of any collection, with its Timestamps as text. */
export interface Dumped {
  readonly path: string;
  readonly data: string;
}

export function dumped(snapshot: DocumentSnapshot): Dumped {
  return { path: snapshot.ref.path, data: text(snapshot.data()) };
}

/** Reads every document of the database, or below one document, in all collections. */
export async function dump(root: Firestore | DocumentReference): Promise<Dumped[]> {
  const documents: Dumped[] = [];
  for (const collection of await root.listCollections()) {
    documents.push(...(await collection.get()).docs.map(dumped));
    for (const ref of await collection.listDocuments()) documents.push(...(await dump(ref)));
  }
  return documents;
}

/** JSON with sorted names, so that equal documents are equal texts. */
function text(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) => {
    if (field instanceof Timestamp) return field.toDate().toISOString();
    if (typeof field !== "object" || field === null || Array.isArray(field)) return field;
    if ("_seconds" in field) return JSON.stringify(field);
    return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The documents in which one of the words occurs, in any field or in the path, whatever the case. */
export function mentioning(documents: readonly Dumped[], words: readonly string[]): string[] {
  return documents.flatMap(({ path, data }) => {
    const all = `${path} ${data}`.toLowerCase();
    return words.filter((word) => all.includes(word.toLowerCase())).map((word) => `${path}: ${word}`);
  });
}

class Killed extends Error {}

/**
 * A client of the same database whose process is killed after its n-th commit: the commit is made, and neither its answer
 * nor anything later is. `commits` counts those that were begun.
 */
export function killedAfter(db: Firestore, n: number) {
  const state = { commits: 0 };
  const commit = async <T>(send: () => Promise<T>): Promise<T> => {
    state.commits += 1;
    if (state.commits > n) throw new Killed();
    const result = await send();
    if (state.commits === n) throw new Killed();
    return result;
  };
  const killed = new Proxy(db, {
    get(target, name): unknown {
      if (name === "runTransaction") {
        return (...args: Parameters<Firestore["runTransaction"]>) =>
          commit(() => target.runTransaction(...args));
      }
      if (name === "batch") {
        return () => {
          const batch = target.batch();
          const send = batch.commit.bind(batch);
          batch.commit = () => commit(send);
          return batch;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value as () => unknown).bind(target) : value;
    },
  });
  return { db: killed, state };
}
