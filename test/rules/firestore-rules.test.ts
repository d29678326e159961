import { readFileSync } from "node:fs";
import { assertFails, assertSucceeds, initializeTestEnvironment } from "@firebase/rules-unit-testing";
import type { RulesTestEnvironment } from "@firebase/rules-unit-testing";
import {
  collection,
  deleteDoc,
  doc,
  getDoc,
  getDocs,
  limit,
  onSnapshot,
  query,
  runTransaction,
  setDoc,
  setLogLevel,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import type { Firestore, QueryConstraint } from "firebase/firestore";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

/** Who asks. `stranger` is signed in and nothing else; `otherAdmin` and `otherMechanic` belong to another shop. */
const CLAIMS = {
  stranger: {},
  customer: {},
  mechanic: { role: "mechanic", shop_id: "default", mechanic_id: "ada" },
  colleague: { role: "mechanic", shop_id: "default", mechanic_id: "bob" },
  otherMechanic: { role: "mechanic", shop_id: "elsewhere", mechanic_id: "ada" },
  namelessMechanic: { role: "mechanic", shop_id: "default" },
  admin: { role: "admin", shop_id: "default" },
  platformAdmin: { role: "admin", shop_id: "*" },
  shoplessAdmin: { role: "admin" },
  emptyShopAdmin: { role: "admin", shop_id: "" },
  otherAdmin: { role: "admin", shop_id: "elsewhere" },
} as const;

type Person = "anyone" | keyof typeof CLAIMS;
const PEOPLE = ["anyone", ...Object.keys(CLAIMS)] as Person[];
const ADMINS: readonly Person[] = ["admin", "platformAdmin"];

const BOOKING = { mechanic_id: "ada", customer_uid: "customer", status: "confirmed" };

/** A document of every collection, and who may read it. */
const DOCUMENTS: readonly (readonly [path: string, fields: object, readers: readonly Person[]])[] = [
  ["shops/default", { name: "Default shop" }, []],
  ["shops/default/services/oil_change", { name: "Oil change" }, PEOPLE],
  ["shops/default/mechanics/ada", { name: "Ada" }, ["mechanic", ...ADMINS]],
  ["shops/default/exceptions/own", { mechanic_id: "ada", reason: "vacation" }, ["mechanic", ...ADMINS]],
  [
    "shops/default/exceptions/all",
    { mechanic_id: "*", reason: "holiday" },
    ["mechanic", "colleague", ...ADMINS],
  ],
  ["shops/default/ledger/ada_2026-01-20", { entries: [] }, []],
  ["shops/default/bookings/theirs", BOOKING, ["customer", "mechanic", ...ADMINS]],
  ["shops/default/bookings/guest", { ...BOOKING, customer_uid: null }, ["mechanic", ...ADMINS]],
  ["shops/default/holds/h", { session_hash: "x" }, []],
  ["shops/default/contacts/c", { bookings: {} }, []],
  ["shops/default/availability/2026-01-20", { epoch: 1 }, []],
  ["shops/default/notifications/n", { kind: "mail" }, ADMINS],
  ["shops/default/audit/a", { what: "booked" }, ADMINS],
  ["shops/default/refusals/2026-01-20", { by_reason: {} }, []],
  ["shops/default/anything_else/x", { n: 1 }, []],
  ["rate_limits/bookings_x", { windows: [] }, []],
  ["mail/m", { to: ["ada@example.com"] }, []],
  ["elsewhere/x", { n: 1 }, []],
];

let environment: RulesTestEnvironment;
const databases = new Map<Person, Firestore>();

beforeAll(async () => {
  // Every denial is logged as a warning otherwise.
  setLogLevel("silent");
  const [host, port] = inject("firestoreEmulatorHost").split(":") as [string, string];
  const rules = readFileSync(new URL("../../firestore.rules", import.meta.url), "utf8");
  const firestore = { host, port: Number(port), rules };
  environment = await initializeTestEnvironment({ projectId: "demo-firestore-rules", firestore });
  await environment.clearFirestore();
  await environment.withSecurityRulesDisabled(async (context) => {
    for (const [path, fields] of DOCUMENTS) await setDoc(doc(context.firestore(), path), fields);
  });
  for (const person of PEOPLE) {
    const context =
      person === "anyone"
        ? environment.unauthenticatedContext()
        : environment.authenticatedContext(person, { ...CLAIMS[person] });
    databases.set(person, context.firestore() as unknown as Firestore);
  }
});

afterAll(async () => {
  await environment.cleanup();
});

const as = (person: Person) => databases.get(person) as Firestore;

function namesOf(readers: readonly Person[]): string {
  if (readers === PEOPLE) return "everybody";
  return readers.length === 0 ? "nobody" : `${readers.join(", ")} and nobody else`;
}

describe.each(DOCUMENTS)("%s", (path, _fields, readers) => {
  it(`is read by ${namesOf(readers)}`, async () => {
    for (const person of PEOPLE) {
      const read = getDoc(doc(as(person), path));
      if (readers.includes(person)) expect((await assertSucceeds(read)).exists(), person).toBe(true);
      else await assertFails(read);
    }
  });

  it("is written by no client", async () => {
    for (const person of PEOPLE) {
      const db = as(person);
      const existing = doc(db, path);
      const absent = doc(db, `${path.slice(0, path.lastIndexOf("/"))}/not_there`);
      await assertFails(setDoc(absent, { mechanic_id: "ada", customer_uid: person }));
      await assertFails(setDoc(existing, { mechanic_id: "ada", customer_uid: person }, { merge: true }));
      await assertFails(updateDoc(existing, { name: "mine" }));
      await assertFails(deleteDoc(existing));
    }
  });
});

describe("a client's write", () => {
  it("is denied in a batch and in a transaction", async () => {
    for (const person of PEOPLE) {
      const service = doc(as(person), "shops/default/services/oil_change");
      await assertFails(writeBatch(as(person)).set(service, { name: "free" }).commit());
      const change = runTransaction(as(person), async (transaction) => {
        await transaction.get(service);
        transaction.update(service, { name: "free" });
      });
      await assertFails(change);
    }
  });
});

describe("a query", () => {
  const run = (person: Person, path: string, ...constraints: QueryConstraint[]) => {
    return getDocs(query(collection(as(person), path), ...constraints));
  };
  const bookings = "shops/default/bookings";
  const exceptions = "shops/default/exceptions";

  it("lists services for anyone", async () => {
    expect((await assertSucceeds(run("anyone", "shops/default/services", limit(10)))).size).toBe(1);
  });

  it("lists a customer's own bookings when they ask for no more", async () => {
    const own = await assertSucceeds(run("customer", bookings, where("customer_uid", "==", "customer")));
    expect(own.docs.map((found) => found.id)).toEqual(["theirs"]);
    await assertFails(run("customer", bookings));
    await assertFails(run("customer", bookings, where("customer_uid", "==", "stranger")));
    await assertFails(run("customer", bookings, where("customer_uid", "in", ["customer", "stranger"])));
    await assertFails(run("anyone", bookings, where("customer_uid", "==", null)));
  });

  it("lists a mechanic's bookings and exceptions, and the whole shop's exceptions", async () => {
    expect((await assertSucceeds(run("mechanic", bookings, where("mechanic_id", "==", "ada")))).size).toBe(2);
    expect(
      (await assertSucceeds(run("mechanic", exceptions, where("mechanic_id", "in", ["ada", "*"])))).size,
    ).toBe(2);
    await assertFails(run("colleague", bookings, where("mechanic_id", "==", "ada")));
    await assertFails(run("colleague", exceptions, where("mechanic_id", "in", ["ada", "*"])));
    await assertFails(run("otherMechanic", bookings, where("mechanic_id", "==", "ada")));
    await assertFails(run("mechanic", "shops/default/mechanics"));
  });

  it("lists everything of a shop for its admins", async () => {
    for (const name of ["mechanics", "exceptions", "bookings", "notifications", "audit"]) {
      for (const admin of ADMINS) await assertSucceeds(run(admin, `shops/default/${name}`));
      await assertFails(run("otherAdmin", `shops/default/${name}`));
    }
    for (const name of ["ledger", "holds", "availability", "contacts"])
      await assertFails(run("admin", `shops/default/${name}`));
  });

  it("is listened to under the same rules", async () => {
    const listen = (person: Person) => {
      return new Promise((resolve, reject) => {
        const own = query(collection(as(person), bookings), where("customer_uid", "==", "customer"));
        const stop = onSnapshot(own, (snapshot) => (stop(), resolve(snapshot.size)), reject);
      });
    };
    expect(await assertSucceeds(listen("customer"))).toBe(1);
    await assertFails(listen("stranger"));
  });
});
