import { assertFails, assertSucceeds, initializeTestEnvironment } from "@firebase/rules-unit-testing";
import type { RulesTestEnvironment } from "@firebase/rules-unit-testing";
import {
  addDoc,
  collection,
  collectionGroup,
  deleteDoc,
  doc,
  getCountFromServer,
  getDoc,
  getDocs,
  increment,
  limit,
  onSnapshot,
  query,
  runTransaction,
  serverTimestamp,
  setDoc,
  setLogLevel,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import type { Firestore, FirestoreError, SnapshotMetadata, Unsubscribe } from "firebase/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startFirestoreEmulator } from "../src/index.ts";
import type { RunningEmulator } from "../src/index.ts";

const RULES = `rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function signedIn() { return request.auth != null; }
    function user(uid) { return get(/databases/$(database)/documents/users/$(uid)).data; }

    match /users/{uid} {
      allow read: if signedIn() && request.auth.uid == uid;
      allow create: if signedIn() && request.auth.uid == uid
        && request.resource.data.keys().hasOnly(['name', 'joined'])
        && request.resource.data.name is string && request.resource.data.name.matches('[A-Za-z ]{1,20}')
        && request.resource.data.joined == request.time;
      allow update: if request.auth.uid == uid
        && request.resource.data.diff(resource.data).affectedKeys().hasOnly(['name']);
    }
    match /notes/{note} {
      allow list: if resource.data.owner == request.auth.uid && request.query.limit <= 10;
      allow get, delete: if resource.data.owner == request.auth.uid || user(request.auth.uid).admin == true;
      allow create: if request.resource.data.owner == request.auth.uid;
    }
    match /{path=**}/comments/{comment} { allow read; }
    // An entry and the counter of entries are written together.
    match /counters/{name} {
      allow read, create: if signedIn();
      allow update: if request.resource.data.n == resource.data.n + 1;
    }
    match /entries/{entry} {
      allow create: if getAfter(/databases/$(database)/documents/counters/entries).data.n
        == get(/databases/$(database)/documents/counters/entries).data.n + 1;
    }
  }
}`;

let emulator: RunningEmulator;
let environment: RulesTestEnvironment;
let alice: Firestore;
let bob: Firestore;
let anonymous: Firestore;

beforeAll(async () => {
  setLogLevel("silent");
  emulator = await startFirestoreEmulator();
  environment = await initializeTestEnvironment({
    projectId: "demo-rules-unit-testing",
    firestore: { host: emulator.host, port: emulator.port, rules: RULES },
  });
  alice = environment
    .authenticatedContext("alice", { email: "a@example.com" })
    .firestore() as unknown as Firestore;
  bob = environment.authenticatedContext("bob").firestore() as unknown as Firestore;
  anonymous = environment.unauthenticatedContext().firestore() as unknown as Firestore;
});

afterAll(async () => {
  await environment.cleanup();
  await emulator.stop();
});

beforeEach(async () => {
  await environment.clearFirestore();
  await environment.withSecurityRulesDisabled(async (context) => {
    const db = context.firestore();
    await setDoc(doc(db, "users/alice"), { name: "Alice", joined: new Date(0) });
    await setDoc(doc(db, "users/root"), { name: "Root", admin: true });
    await setDoc(doc(db, "notes/a1"), { owner: "alice", text: "mine" });
    await setDoc(doc(db, "notes/b1"), { owner: "bob", text: "his" });
    await setDoc(doc(db, "notes/a1/comments/c"), { text: "hi" });
    await setDoc(doc(db, "counters/entries"), { n: 0 });
  });
});

describe("a document", () => {
  it("is read only by callers whom the rules allow", async () => {
    expect((await assertSucceeds(getDoc(doc(alice, "users/alice")))).get("name")).toBe("Alice");
    await assertFails(getDoc(doc(bob, "users/alice")));
    await assertFails(getDoc(doc(anonymous, "users/alice")));
    await assertFails(getDoc(doc(alice, "elsewhere/x")));
  });

  it("is read if another document that the rules read allows it", async () => {
    const root = environment.authenticatedContext("root").firestore() as unknown as Firestore;
    await assertSucceeds(getDoc(doc(root, "notes/a1")));
    await assertFails(getDoc(doc(alice, "notes/b1")));
  });

  it("is created if the rules allow it, with the request's time as server timestamp", async () => {
    const own = doc(bob, "users/bob");
    await assertFails(setDoc(own, { name: "Bob 2nd", joined: serverTimestamp() }));
    await assertFails(setDoc(own, { name: "Bob", joined: new Date() }));
    await assertFails(setDoc(own, { name: "Bob", joined: serverTimestamp(), admin: true }));
    await assertSucceeds(setDoc(own, { name: "Bob", joined: serverTimestamp() }));
  });

  it("is updated in the fields that the rules allow", async () => {
    await assertSucceeds(updateDoc(doc(alice, "users/alice"), { name: "Alicia" }));
    await assertFails(updateDoc(doc(alice, "users/alice"), { admin: true }));
    await assertFails(deleteDoc(doc(alice, "users/alice")));
  });

  it("is deleted by its owner", async () => {
    await assertFails(deleteDoc(doc(bob, "notes/a1")));
    await assertSucceeds(deleteDoc(doc(alice, "notes/a1")));
  });

  it("stays unchanged after a denied request", async () => {
    const batch = writeBatch(alice);
    batch.delete(doc(alice, "notes/a1"));
    batch.delete(doc(alice, "notes/b1"));
    await assertFails(batch.commit());
    expect((await getDoc(doc(alice, "notes/a1"))).exists()).toBe(true);
  });
});

describe("a query", () => {
  const notes = (db: Firestore) => collection(db, "notes");

  it("is allowed if its constraints imply the condition", async () => {
    const own = query(notes(alice), where("owner", "==", "alice"), limit(10));
    expect((await assertSucceeds(getDocs(own))).size).toBe(1);
    expect((await assertSucceeds(getCountFromServer(own))).data().count).toBe(1);
    await assertFails(getDocs(query(notes(alice), where("owner", "==", "alice"), limit(11))));
    await assertFails(getDocs(query(notes(alice), where("owner", "==", "alice"))));
    await assertFails(getDocs(query(notes(alice), where("owner", "==", "bob"), limit(10))));
    await assertFails(getDocs(query(notes(alice), limit(10))));
    await assertFails(getCountFromServer(notes(alice)));
  });

  it("is matched by a recursive wildcard for a collection group", async () => {
    expect((await assertSucceeds(getDocs(collectionGroup(anonymous, "comments")))).size).toBe(1);
    await assertFails(getDocs(collectionGroup(alice, "notes")));
  });
});

describe("a listener", () => {
  /** The server's first response to a listener: its snapshot or its error, ignoring snapshots from the cache. */
  const answer = (
    listen: (
      next: (snapshot: { metadata: SnapshotMetadata }) => void,
      error: (error: Error) => void,
    ) => Unsubscribe,
  ) => {
    return new Promise<unknown>((resolve, reject) => {
      const stop = listen((snapshot) => {
        if (snapshot.metadata.fromCache) return;
        stop();
        resolve(snapshot);
      }, reject);
    });
  };
  const options = { includeMetadataChanges: true };

  it("is refused like a read", async () => {
    const own = query(collection(alice, "notes"), where("owner", "==", "alice"));
    await assertFails(answer((next, error) => onSnapshot(own, options, next, error)));
    await assertSucceeds(answer((next, error) => onSnapshot(query(own, limit(5)), options, next, error)));
    await assertSucceeds(answer((next, error) => onSnapshot(doc(alice, "notes/a1"), options, next, error)));
    await assertFails(answer((next, error) => onSnapshot(doc(alice, "notes/b1"), options, next, error)));
  });
});

describe("a batch or transaction", () => {
  it("is visible as a whole to getAfter", async () => {
    await assertFails(addDoc(collection(alice, "entries"), { n: 1 }));
    const batch = writeBatch(alice);
    batch.set(doc(alice, "entries/one"), { n: 1 });
    batch.update(doc(alice, "counters/entries"), { n: increment(1) });
    await assertSucceeds(batch.commit());
  });

  it("is subject to the rules from its reads to its commit", async () => {
    const counter = doc(alice, "counters/entries");
    const add = (step: number) =>
      runTransaction(alice, async (transaction) => {
        const n = (await transaction.get(counter)).get("n") as number;
        transaction.update(counter, { n: n + step });
      });
    await assertSucceeds(add(1));
    await assertFails(add(2));
  });
});

describe("the message of a denial", () => {
  it("contains the evaluated statements", async () => {
    const line = RULES.split("\n").findIndex((text) => text.includes("allow get, delete")) + 1;
    const denied = await getDoc(doc(bob, "notes/a1")).catch((error: unknown) => error as FirestoreError);
    expect(denied).toMatchObject({ code: "permission-denied" });
    expect((denied as FirestoreError).message).toContain(`for 'get' @ L${line}`);
    await expect(getDoc(doc(bob, "elsewhere/x"))).rejects.toThrow("No matching allow statements");
  });
});

describe("a ruleset that does not compile", () => {
  it("is refused with the position of the error", async () => {
    const broken = initializeTestEnvironment({
      projectId: "demo-broken-rules",
      firestore: {
        host: emulator.host,
        port: emulator.port,
        rules: "service cloud.firestore {\n  allow read;\n}",
      },
    });
    await expect(broken).rejects.toThrow(/Unexpected 'allow'/);
  });
});
