import type { DocumentSnapshot, Query, QuerySnapshot } from "@google-cloud/firestore";
import {
  collection,
  deleteDoc,
  disableNetwork,
  doc,
  enableNetwork,
  getDocs,
  limit,
  memoryLocalCache,
  memoryLruGarbageCollector,
  onSnapshot,
  orderBy,
  query,
  setDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import type { QuerySnapshot as WebQuerySnapshot } from "firebase/firestore";
import { describe, expect, it } from "vitest";
import { EmulatorClient } from "../src/index.ts";
import { freshProjects, sleep } from "./support/fresh.ts";
import { Collected, sdkClients } from "./support/sdk.ts";

const fresh = freshProjects();
const { admin, web } = sdkClients(fresh);

const ids = (snapshot: QuerySnapshot | WebQuerySnapshot) => snapshot.docs.map((document) => document.id);

function listen(target: Query): { snapshots: Collected<QuerySnapshot>; stop: () => void } {
  const snapshots = new Collected<QuerySnapshot>();
  return { snapshots, stop: target.onSnapshot(snapshots.push, (error) => expect.fail(error.message)) };
}

describe("a listener of the Admin SDK", () => {
  it("is notified when a document is created, changed and deleted", async () => {
    const document = admin().doc("c/1");
    const snapshots = new Collected<DocumentSnapshot>();
    const stop = document.onSnapshot(snapshots.push);
    expect((await snapshots.next()).exists).toBe(false);
    const { writeTime } = await document.set({ n: 1 });
    const appeared = await snapshots.next();
    expect(appeared.data()).toEqual({ n: 1 });
    expect(appeared.updateTime!.isEqual(writeTime)).toBe(true);
    await document.update({ n: 2 });
    expect((await snapshots.next()).get("n")).toBe(2);
    await document.delete();
    expect((await snapshots.next()).exists).toBe(false);
    stop();
  });

  it("is notified when documents enter, change in and leave a query", async () => {
    const col = admin().collection("c");
    const { snapshots, stop } = listen(col.where("n", ">", 0));
    const changes = async () => (await snapshots.next()).docChanges().map((c) => `${c.type} ${c.doc.id}`);
    expect(await changes()).toEqual([]);
    await col.doc("a").set({ n: 1 });
    expect(await changes()).toEqual(["added a"]);
    await col.doc("a").set({ n: 2 });
    expect(await changes()).toEqual(["modified a"]);
    await col.doc("a").set({ n: 0 });
    expect(await changes()).toEqual(["removed a"]);
    stop();
  });

  it("sees a commit as one snapshot, and none for a commit elsewhere", async () => {
    const firestore = admin();
    const { snapshots, stop } = listen(firestore.collection("c"));
    await snapshots.next();
    await firestore.doc("d/1").set({});
    const batch = firestore.batch();
    for (let i = 0; i < 20; i++) batch.set(firestore.doc(`c/${i}`), { i });
    await batch.commit();
    expect((await snapshots.next()).size).toBe(20);
    expect(snapshots.waiting).toBe(0);
    stop();
  });

  it("keeps a limit full", async () => {
    const col = admin().collection("c");
    for (let i = 0; i < 5; i++) await col.doc(`${i}`).set({ i });
    const { snapshots, stop } = listen(col.orderBy("i").limitToLast(2));
    expect(ids(await snapshots.next())).toEqual(["3", "4"]);
    await col.doc("4").delete();
    expect(ids(await snapshots.next())).toEqual(["2", "3"]);
    await col.doc("9").set({ i: 9 });
    expect(ids(await snapshots.next())).toEqual(["3", "9"]);
    stop();
  });

  it("is billed once for each document it receives", async () => {
    const col = admin().collection("c");
    for (let i = 0; i < 3; i++) await col.doc(`${i}`).set({ i });
    const meter = new EmulatorClient(fresh.emulator.address, fresh.projectId);
    const reads = async () => (await meter.usage()).reads;
    const before = await reads();
    const { snapshots, stop } = listen(col);
    await snapshots.next();
    expect((await reads()) - before).toBe(3);
    await col.doc("0").set({ i: 10 });
    await snapshots.next();
    expect((await reads()) - before).toBe(4);
    stop();
  });
});

describe("the listeners of the web SDK", () => {
  it("share a stream and agree after every commit", async () => {
    const [mine, other] = [web(), web()];
    const col = collection(mine, "c");
    const all = new Collected<WebQuerySnapshot>();
    const positive = new Collected<WebQuerySnapshot>();
    onSnapshot(col, all.push);
    onSnapshot(query(col, where("n", ">", 0)), positive.push);
    expect([(await all.next()).size, (await positive.next()).size]).toEqual([0, 0]);
    await setDoc(doc(other, "c/a"), { n: 1 });
    expect([(await all.next()).size, (await positive.next()).size]).toEqual([1, 1]);
    await setDoc(doc(other, "c/a"), { n: -1 });
    expect([(await all.next()).size, (await positive.next()).size]).toEqual([1, 0]);
  });

  it("show a local write at once and then its confirmation", async () => {
    const col = collection(web(), "c");
    const snapshots = new Collected<WebQuerySnapshot>();
    onSnapshot(query(col, orderBy("n"), limit(1)), { includeMetadataChanges: true }, snapshots.push);
    await snapshots.until((snapshot) => !snapshot.metadata.fromCache);
    const written = setDoc(doc(col, "a"), { n: 1 });
    expect((await snapshots.next()).metadata.hasPendingWrites).toBe(true);
    await written;
    const confirmed = await snapshots.until((snapshot) => !snapshot.metadata.hasPendingWrites);
    expect(ids(confirmed)).toEqual(["a"]);
  });

  it("confirm a batch that leaves the document unchanged", async () => {
    const firestore = web();
    const document = doc(firestore, "c/a");
    await setDoc(document, { n: 1 });
    const snapshots = new Collected<WebQuerySnapshot>();
    onSnapshot(collection(firestore, "c"), { includeMetadataChanges: true }, snapshots.push);
    const settled = ({ metadata }: WebQuerySnapshot) => !metadata.fromCache && !metadata.hasPendingWrites;
    await snapshots.until(settled);
    const written = writeBatch(firestore).set(document, { n: 2 }).set(document, { n: 1 }).commit();
    await snapshots.until(({ metadata }) => metadata.hasPendingWrites);
    await written;
    expect((await snapshots.until(settled)).docs[0]!.data()).toEqual({ n: 1 });
  });

  it("get missed changes after being offline", async () => {
    const [mine, other] = [web(), web()];
    const col = collection(mine, "c");
    await setDoc(doc(col, "a"), { n: 1 });
    await setDoc(doc(col, "b"), { n: 2 });
    const snapshots = new Collected<WebQuerySnapshot>();
    onSnapshot(col, { includeMetadataChanges: true }, snapshots.push);
    await snapshots.until((snapshot) => !snapshot.metadata.fromCache);
    await disableNetwork(mine);
    await snapshots.until((snapshot) => snapshot.metadata.fromCache);
    await deleteDoc(doc(other, "c/a"));
    await setDoc(doc(other, "c/z"), { n: 3 });
    const queued = setDoc(doc(col, "mine"), { n: 4 });
    await enableNetwork(mine);
    await queued;
    const settled = ({ metadata }: WebQuerySnapshot) => !metadata.fromCache && !metadata.hasPendingWrites;
    expect(ids(await snapshots.until(settled))).toEqual(["b", "mine", "z"]);
  });

  it("resume a query from the cache and get the deletions since", async () => {
    const cached = web({ localCache: memoryLocalCache({ garbageCollector: memoryLruGarbageCollector() }) });
    const other = web();
    const batch = writeBatch(other);
    for (let i = 0; i < 20; i++) batch.set(doc(other, `c/${i}`), { i });
    await batch.commit();
    expect((await getDocs(collection(cached, "c"))).size).toBe(20);
    await Promise.all(Array.from({ length: 10 }, (_, i) => deleteDoc(doc(other, `c/${i}`))));
    await sleep(100);
    const resumed = await getDocs(collection(cached, "c"));
    expect([resumed.size, resumed.metadata.fromCache]).toEqual([10, false]);
  });

  it("get the error of a refused query, while the others continue", async () => {
    const [mine, other] = [web(), web()];
    const col = collection(mine, "c");
    const good = new Collected<WebQuerySnapshot>();
    const errors = new Collected<Error>();
    onSnapshot(col, good.push);
    const bad = query(col, where("a", "in", [1, 2, 3, 4, 5, 6]), where("b", "in", [1, 2, 3, 4, 5, 6]));
    onSnapshot(bad, () => expect.fail("the query was served"), errors.push);
    expect(await errors.next()).toMatchObject({ code: "invalid-argument" });
    await good.next();
    await setDoc(doc(other, "c/a"), {});
    expect((await good.next()).size).toBe(1);
  });
});
