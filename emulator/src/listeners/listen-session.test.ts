import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueryEngine } from "../queries/engine.ts";
import { parseQuery } from "../queries/parse.ts";
import { arbitraryCommits, commit as commitOnly } from "../queries/testing/commits.ts";
import { arbitraryQuery, documentsName } from "../queries/testing/query-arbitraries.ts";
import { Database } from "../storage/database.ts";
import type { Writes } from "../queries/testing/commits.ts";
import type { Fields } from "../values/value.ts";
import { StatusError } from "../status.ts";
import { ListenHub } from "./listen-hub.ts";
import { ListenSession } from "./listen-session.ts";
import { ListeningClient } from "./testing/listening-client.ts";

const DATABASE = "projects/p/databases/(default)";
const fields = (n: number): Fields => new Map([["n", { kind: "integer", value: BigInt(n) }]]);
const documentTarget = (...paths: string[]) => ({
  documents: { documents: paths.map((path) => `${documentsName}/${path}`) },
});
const queryTarget = (structuredQuery: object) => ({ query: { parent: documentsName, structuredQuery } });

function setUp(options: { meter?: number[]; authorize?: () => void } = {}) {
  const database = new Database(DATABASE);
  const engine = new QueryEngine(database);
  const connect = () => {
    const client = new ListeningClient();
    const session = new ListenSession(
      {
        database,
        queryEngine: engine,
        authorize: options.authorize,
        meter: { read: (count) => options.meter?.push(count) },
      },
      (response) => client.receive(response),
      (error) => client.ended(error),
    );
    return { client, session };
  };
  /** Commits and delivers the snapshots, which otherwise happens on the next turn of the event loop. */
  const commit = (writes: Writes) => {
    commitOnly(database, writes);
    ListenHub.of(database, engine).flush();
  };
  return { database, engine, connect, commit };
}

describe("a stream", () => {
  it("equals fresh queries after every commit, while targets are added, removed and resumed", () => {
    fc.assert(
      fc.property(
        arbitraryCommits,
        fc.array(arbitraryQuery, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.constantFrom("add", "remove", "resume", "nothing", "nothing")),
        (commits, queries, actions) => {
          const { database, engine, connect, commit } = setUp();
          const { client, session } = connect();
          const fresh = (index: number) =>
            engine
              .run(database.latest(), parseQuery(...queries[index]!))
              .documents.map((d) => [d.path, d.updateTime]);
          const add = (index: number, resumeToken?: Uint8Array, expectedCount?: number) => {
            const [parent, structuredQuery] = queries[index]!;
            const resume = resumeToken ? { resumeToken, expectedCount: { value: expectedCount! } } : {};
            session.onRequest({
              addTarget: { targetId: index + 1, query: { parent, structuredQuery }, ...resume },
            });
          };
          const remove = (index: number) => session.onRequest({ removeTarget: index + 1 });
          const suspended = new Map<number, Uint8Array>();
          for (const writes of commits) {
            // Not yet delivered when targets are added and removed.
            commitOnly(database, writes.slice(0, 2));
            for (const index of queries.keys()) {
              const action = actions.next().value;
              const active = client.isActive(index + 1);
              if (!active && suspended.has(index)) {
                add(index, suspended.get(index), client.documents(index + 1).size);
                suspended.delete(index);
              } else if (!active && action === "add") {
                client.forget(index + 1);
                add(index);
              } else if (active && action === "remove") {
                remove(index);
              } else if (active && action === "resume") {
                remove(index);
                suspended.set(index, client.resumeToken!);
              }
            }
            commit(writes);
            for (const index of queries.keys()) {
              if (!client.isActive(index + 1)) continue;
              expect([...client.documents(index + 1)].sort()).toEqual(fresh(index).sort());
              expect(client.isConsistent).toBe(true);
              expect(client.filters).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  it("sends one snapshot per commit, regardless of the number of affected targets", () => {
    const { connect, commit } = setUp();
    const { client, session } = connect();
    session.onRequest({ addTarget: { targetId: 1, ...documentTarget("c/1", "c/2") } });
    session.onRequest({ addTarget: { targetId: 2, ...queryTarget({ from: [{ collectionId: "c" }] }) } });
    const before = client.snapshots;
    commit([
      ["c/1", fields(1)],
      ["c/2", fields(2)],
    ]);
    expect(client.snapshots).toBe(before + 1);
    commit([["d/1", fields(1)]]);
    expect(client.snapshots).toBe(before + 1);
    expect(client.last(2).map((response) => Object.keys(response)[0])).toEqual([
      "documentChange",
      "targetChange",
    ]);
  });

  it("reports that a document is missing, is created and is deleted", () => {
    const { connect, commit } = setUp();
    const { client, session } = connect();
    session.onRequest({ addTarget: { targetId: 7, ...documentTarget("c/1") } });
    expect(client.kinds()).toEqual(["ADD", "documentDelete", "CURRENT", "NO_CHANGE"]);
    commit([["c/1", fields(1)]]);
    commit([["c/1", undefined]]);
    expect(client.kinds().slice(4)).toEqual(["documentChange", "NO_CHANGE", "documentDelete", "NO_CHANGE"]);
  });

  it("fills a limit again when a document leaves", () => {
    const { connect, commit } = setUp();
    const { client, session } = connect();
    commit([
      ["c/1", fields(1)],
      ["c/2", fields(2)],
      ["c/3", fields(3)],
    ]);
    const query = {
      from: [{ collectionId: "c" }],
      orderBy: [{ field: { fieldPath: "n" } }],
      limit: { value: 2 },
    };
    session.onRequest({ addTarget: { targetId: 1, ...queryTarget(query) } });
    expect([...client.documents(1).keys()]).toEqual(["c/1", "c/2"]);
    commit([["c/1", undefined]]);
    expect([...client.documents(1).keys()].sort()).toEqual(["c/2", "c/3"]);
    commit([["c/0", fields(0)]]);
    expect([...client.documents(1).keys()].sort()).toEqual(["c/0", "c/2"]);
  });
});

describe("a resumed target", () => {
  it("gets only the changes since its token", () => {
    const meter: number[] = [];
    const { connect, commit } = setUp({ meter });
    commit([
      ["c/1", fields(1)],
      ["c/2", fields(2)],
      ["c/3", fields(3)],
    ]);
    const first = connect();
    first.session.onRequest({
      addTarget: { targetId: 1, ...queryTarget({ from: [{ collectionId: "c" }] }) },
    });
    first.session.close();
    commit([
      ["c/2", fields(20)],
      ["c/3", undefined],
    ]);
    const second = connect();
    const resumed = {
      ...queryTarget({ from: [{ collectionId: "c" }] }),
      resumeToken: first.client.resumeToken!,
    };
    second.session.onRequest({ addTarget: { targetId: 1, ...resumed } });
    expect(second.client.kinds()).toEqual([
      "ADD",
      "documentChange",
      "documentDelete",
      "CURRENT",
      "NO_CHANGE",
    ]);
    expect(meter).toEqual([3, 1]);
  });

  it("is reset for a token of another run", () => {
    const { connect, commit } = setUp();
    commit([["c/1", fields(1)]]);
    const { client, session } = connect();
    const target = { ...queryTarget({ from: [{ collectionId: "c" }] }), resumeToken: Buffer.alloc(12, 1) };
    session.onRequest({ addTarget: { targetId: 1, ...target } });
    expect(client.kinds()).toEqual(["ADD", "RESET", "documentChange", "CURRENT", "NO_CHANGE"]);
  });

  it("gets the number of documents when the client had a different one", () => {
    const { connect, commit } = setUp();
    commit([
      ["c/1", fields(1)],
      ["c/2", fields(2)],
    ]);
    const first = connect();
    first.session.onRequest({
      addTarget: { targetId: 1, ...queryTarget({ from: [{ collectionId: "c" }] }) },
    });
    const second = connect();
    const resumed = {
      ...queryTarget({ from: [{ collectionId: "c" }] }),
      resumeToken: first.client.resumeToken!,
    };
    second.session.onRequest({ addTarget: { targetId: 1, ...resumed, expectedCount: { value: 1 } } });
    expect(second.client.filters).toEqual([{ targetId: 1, count: 2 }]);
  });
});

describe("a refused target", () => {
  it("is removed with the reason while the other targets of the stream continue", () => {
    const { connect, commit } = setUp();
    const { client, session } = connect();
    session.onRequest({ addTarget: { targetId: 1, ...documentTarget("c/1") } });
    session.onRequest({
      addTarget: { targetId: 2, ...queryTarget({ from: [{ collectionId: "c" }], offset: -1 }) },
    });
    expect(client.causes).toEqual([{ targetId: 2, code: 3, message: "offset is negative" }]);
    commit([["c/1", fields(1)]]);
    expect(client.documents(1).size).toBe(1);
  });

  it("is removed when a new version of the document may not be read", () => {
    let allowed = true;
    const authorize = () => {
      if (!allowed) throw new StatusError("PERMISSION_DENIED", "no");
    };
    const { connect, commit } = setUp({ authorize });
    const { client, session } = connect();
    session.onRequest({ addTarget: { targetId: 1, ...documentTarget("c/1") } });
    allowed = false;
    commit([["c/1", fields(1)]]);
    expect(client.causes).toEqual([{ targetId: 1, code: 7, message: "no" }]);
    expect(client.documents(1).size).toBe(0);
  });
});

describe("the hub", () => {
  it("evaluates a query once for all its listeners, and drops it after the last one", () => {
    const { database, engine, connect, commit } = setUp();
    const clients = Array.from({ length: 20 }, connect);
    const query = queryTarget({ from: [{ collectionId: "c" }], limit: { value: 3 } });
    for (const { session } of clients) session.onRequest({ addTarget: { targetId: 1, ...query } });
    const hub = ListenHub.of(database, engine);
    expect(hub.watchedQueries).toBe(1);
    commit([["c/1", fields(1)]]);
    expect(clients.every(({ client }) => client.documents(1).size === 1)).toBe(true);
    for (const { session } of clients) session.close();
    expect(hub.watchedQueries).toBe(0);
  });
});
