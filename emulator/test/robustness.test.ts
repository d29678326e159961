import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { Client, credentials } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { freshProjects, sleep } from "./support/fresh.ts";
import { n } from "./support/raw-client.ts";

const fresh = freshProjects();

const alive = async () => expect((await fresh.client.commit([{ set: "alive/now" }])).status).toBe("OK");

/** Sends raw bytes and returns the response until the server closes the connection or stops sending. */
function raw(bytes: Buffer | string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(fresh.emulator.port, "127.0.0.1", () => socket.write(bytes));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("error", () => resolve(answer));
    socket.on("close", () => resolve(answer));
    setTimeout(() => socket.destroy(), 300);
  });
}

/** A call with raw bytes as its message. */
function rawCall(method: string, message: Buffer): Promise<{ code: number; details: string }> {
  const client = new Client(fresh.emulator.address, credentials.createInsecure());
  const identity = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      `/google.firestore.v1.Firestore/${method}`,
      identity,
      identity,
      message,
      (error) => {
        client.close();
        resolve({ code: error?.code ?? 0, details: error?.details ?? "" });
      },
    );
  });
}

describe("the emulator", () => {
  it.each([
    ["noise", Buffer.from([0, 1, 2, 3, 255, 254, 0, 0, 9])],
    ["half a preface", "PRI"],
    [
      "a preface and noise",
      Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(64, 0xab)]),
    ],
    ["half a request", "GET / HT"],
    ["an endless header", `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}`],
    ["TLS", Buffer.from("16030100050100000100", "hex")],
  ])("survives invalid bytes: %s", async (_, bytes) => {
    await raw(bytes);
    await alive();
  });

  it("fails only the call of an invalid message", async () => {
    const { code } = await rawCall("Commit", Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]));
    expect(code).not.toBe(0);
    await alive();
  });

  it("fails only the HTTP/2 stream of invalid bytes", async () => {
    const session = connectHttp2(`http://${fresh.emulator.address}`);
    session.on("error", () => {});
    const stream = session.request({
      ":method": "POST",
      ":path": "/google.firestore.v1.Firestore/Commit",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => {});
    stream.end(Buffer.from([7, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    await sleep(100);
    session.destroy();
    await alive();
  });
});

describe("an unsupported method", () => {
  it("is answered UNIMPLEMENTED with its name", async () => {
    const { code, details } = await rawCall("ExecutePipeline", Buffer.alloc(0));
    expect(code).toBe(12);
    expect(details).toContain("ExecutePipeline");
  });

  it("is a query with explain options too", async () => {
    const outcome = await fresh.client.query("c", { explainOptions: { analyze: true } });
    expect(outcome.status).toBe("UNIMPLEMENTED");
    expect(outcome.message).toContain("explain");
  });
});

describe("an invalid request", () => {
  it.each([
    ["Commit", {}],
    ["Commit", { database: "nonsense" }],
    ["GetDocument", { name: "projects/p/databases/d/documents/odd" }],
    ["GetDocument", { name: "" }],
    [
      "BatchGetDocuments",
      { database: "projects/p/databases/d", documents: ["projects/q/databases/d/documents/c/d"] },
    ],
    ["RunQuery", { parent: "projects/p/databases/d/documents" }],
    ["RunAggregationQuery", { parent: "projects/p/databases/d/documents" }],
    ["PartitionQuery", { parent: "projects/p/databases/d/documents" }],
    ["ListDocuments", { parent: "projects/p/databases/d/documents/c", collectionId: "x" }],
    ["CreateDocument", { parent: "projects/p/databases/d/documents", collectionId: "a/b" }],
    ["UpdateDocument", {}],
    ["DeleteDocument", { name: "projects/p/databases/d/documents/c" }],
    ["Rollback", { database: "projects/p/databases/d" }],
  ])("is answered INVALID_ARGUMENT: %s %j", async (method, request) => {
    expect((await fresh.client.call(method, request)).status).toBe("INVALID_ARGUMENT");
  });
});

describe("a Write stream", () => {
  function open() {
    const { client } = fresh;
    const stream = client.stream("Write");
    const answers: any[] = [];
    const errors: any[] = [];
    stream.on("data", (answer) => answers.push(answer));
    stream.on("error", (error) => errors.push(error));
    const until = async (count: number) => {
      for (let waited = 0; answers.length + errors.length < count && waited < 2_000; waited += 5)
        await sleep(5);
    };
    return { stream, answers, errors, until };
  }

  it("starts with a handshake, then commits in order, with the next token in each response", async () => {
    const { client } = fresh;
    const { stream, answers, until } = open();
    stream.write({ database: client.database });
    await until(1);
    for (let i = 1; i <= 3; i++) {
      const { streamToken } = answers[i - 1];
      stream.write({ streamToken, writes: [client.write({ set: "c/d", fields: n(i) })] });
      await until(i + 1);
      expect(answers[i].writeResults).toHaveLength(1);
      expect(answers[i].streamToken).not.toBe(streamToken);
    }
    stream.end();
    expect((await client.get("c/d")).result.fields.n.integerValue).toBe("3");
  });

  it.each([
    ["a token that is not its own", (token: string) => ({ streamToken: Buffer.from(`x${token}`) })],
    ["an invalid write", (token: string) => ({ streamToken: token, writes: [{ update: { name: "odd" } }] })],
  ])("ends with an error on %s", async (_, request) => {
    const { stream, answers, errors, until } = open();
    stream.write({ database: fresh.client.database });
    await until(1);
    stream.write(request(answers[0].streamToken));
    await until(2);
    expect(errors[0].code).toBe(3);
    await alive();
  });

  it("keeps no state when it is cancelled halfway", async () => {
    for (let i = 0; i < 20; i++) {
      const { stream } = open();
      stream.write({ database: fresh.client.database });
      await sleep(2);
      stream.cancel();
    }
    await alive();
  });
});
