import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import { firestoreMethods } from "../../src/protobuf/messages.ts";

/** What a call came to: its status by name, and the message, or the messages of a stream. */
export interface Outcome {
  readonly status: string;
  readonly message: string;
  // Tests look at whatever part of an answer they are about.
  readonly result: any;
  readonly millis: number;
}

const READABLE = { longs: String, enums: String, bytes: String, oneofs: true };
const methods = new Map(firestoreMethods().map((method) => [method.name, method]));

/** Speaks the protocol without a client library in between, so that tests see exactly what is answered. */
export class RawClient {
  readonly database: string;
  readonly #client: Client;
  readonly #authorization: string | undefined;

  /** @param authorization header; `Bearer owner` unless told otherwise, null for none */
  constructor(address: string, projectId: string, authorization: string | null = "Bearer owner") {
    this.database = `projects/${projectId}/databases/(default)`;
    this.#client = new Client(address, credentials.createInsecure(), {
      // Otherwise all clients of a process share one connection.
      "grpc.use_local_subchannel_pool": 1,
    });
    this.#authorization = authorization ?? undefined;
  }

  /** The full name of a document, or of the root for "". */
  name(path: string): string {
    return path === "" ? `${this.database}/documents` : `${this.database}/documents/${path}`;
  }

  call(methodName: string, request: object): Promise<Outcome> {
    const method = methods.get(methodName)!;
    const path = `/google.firestore.v1.Firestore/${methodName}`;
    const encode = (message: object) =>
      Buffer.from(method.requestType.encode(method.requestType.fromObject(message)).finish());
    const decode = (bytes: Buffer) =>
      method.responseType.toObject(method.responseType.decode(bytes), READABLE);
    const begun = performance.now();
    return new Promise((resolve) => {
      const done = (error: Partial<ServiceError> | null, result: unknown) =>
        resolve({
          status: error ? status[error.code ?? 2]! : "OK",
          message: error?.details ?? "",
          result,
          millis: performance.now() - begun,
        });
      if (!method.responseStream) {
        this.#client.makeUnaryRequest(path, encode, decode, request, this.metadata(), done);
        return;
      }
      const answers: unknown[] = [];
      const stream = this.#client.makeServerStreamRequest(path, encode, decode, request, this.metadata());
      stream.on("data", (answer) => answers.push(answer));
      stream.on("error", (error) => done(error, answers));
      stream.on("end", () => done(null, answers));
    });
  }

  /** A stream in both directions. */
  stream(methodName: string): ClientDuplexStream<object, any> {
    const method = methods.get(methodName)!;
    return this.#client.makeBidiStreamRequest(
      `/google.firestore.v1.Firestore/${methodName}`,
      (message: object) =>
        Buffer.from(method.requestType.encode(method.requestType.fromObject(message)).finish()),
      (bytes) => method.responseType.toObject(method.responseType.decode(bytes), READABLE),
      this.metadata(),
    );
  }

  /** Commits writes in short form; with `transaction`, within it. */
  commit(writes: readonly ShortWrite[], transaction?: string): Promise<Outcome> {
    return this.call("Commit", {
      database: this.database,
      writes: writes.map((write) => this.write(write)),
      ...(transaction === undefined ? {} : { transaction }),
    });
  }

  write({ set, remove, verify, fields, ...rest }: ShortWrite): object {
    return {
      ...(set === undefined ? {} : { update: { name: this.name(set), fields: fields ?? {} } }),
      ...(remove === undefined ? {} : { delete: this.name(remove) }),
      ...(verify === undefined ? {} : { verify: this.name(verify) }),
      ...rest,
    };
  }

  /** A transaction's id. */
  async begin(options: object = {}): Promise<string> {
    const { result } = await this.call("BeginTransaction", { database: this.database, options });
    return result.transaction;
  }

  read(paths: readonly string[], selector: object = {}): Promise<Outcome> {
    const documents = paths.map((path) => this.name(path));
    return this.call("BatchGetDocuments", { database: this.database, documents, ...selector });
  }

  get(path: string, selector: object = {}): Promise<Outcome> {
    return this.call("GetDocument", { name: this.name(path), ...selector });
  }

  query(collectionId: string, selector: object = {}, allDescendants = false): Promise<Outcome> {
    const structuredQuery = { from: [{ collectionId, allDescendants }] };
    return this.call("RunQuery", { parent: this.name(""), structuredQuery, ...selector });
  }

  rollback(transaction: string): Promise<Outcome> {
    return this.call("Rollback", { database: this.database, transaction });
  }

  metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#authorization) metadata.set("authorization", this.#authorization);
    return metadata;
  }

  close(): void {
    this.#client.close();
  }
}

export interface ShortWrite {
  readonly set?: string;
  readonly remove?: string;
  readonly verify?: string;
  readonly fields?: object;
  readonly currentDocument?: object;
  readonly updateMask?: object;
  readonly updateTransforms?: readonly object[];
}

/** Fields with one integer `n`. */
export function n(value: number): object {
  return { n: { integerValue: String(value) } };
}

/** The integer `n` of a document as answered. */
export function nOf(document: any): number | undefined {
  return document?.fields?.n && Number(document.fields.n.integerValue);
}
