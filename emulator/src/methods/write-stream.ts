import { randomBytes } from "node:crypto";
import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { versionToTimestamp } from "../values/wire.ts";
import { commitWrites } from "../writes/commit.ts";
import { writeCharges } from "./charges.ts";
import { charge } from "./charges.ts";
import type { Call } from "./call.ts";
import { refuseTooLarge } from "./request-size.ts";
import { invalidArgument } from "../status.ts";
import { commitOptions, parseWrites, writeResults } from "./commits.ts";
import type { Message } from "./request.ts";

/**
 * One Write stream: a handshake that names the database, then commits in the order of the requests. Each response
 * contains a token for later requests.
 */
export class WriteStream {
  readonly #call: Call;
  readonly #send: (response: google.firestore.v1.IWriteResponse) => void;
  readonly #id = randomBytes(8).toString("hex");
  #sequence = 0;

  constructor(call: Call, send: (response: google.firestore.v1.IWriteResponse) => void) {
    this.#call = call;
    this.#send = send;
  }

  /**
   * Serves one request. The caller passes the next one only after this has resolved.
   * @throws StatusError that ends the stream
   */
  async onRequest(request: Message<"WriteRequest">): Promise<void> {
    if (this.#sequence === 0) {
      if (request.writes.length > 0)
        throw invalidArgument("The first request of a write stream must not contain writes.");
      this.#send({ streamId: this.#id, streamToken: this.#nextToken() });
      return;
    }
    this.#checkToken(request.streamToken);
    refuseTooLarge(request);
    const writes = parseWrites(this.#call, request.writes);
    const committed = await commitWrites(this.#call.open, writes, commitOptions(this.#call));
    charge(this.#call, writeCharges(writes));
    this.#send({
      streamToken: this.#nextToken(),
      writeResults: writeResults(committed),
      commitTime: versionToTimestamp(committed.commitTime),
    });
  }

  #nextToken(): Buffer {
    return Buffer.from(`${this.#id}:${++this.#sequence}`);
  }

  /** Clients may send several requests ahead, so any token this stream has issued is valid. */
  #checkToken(token: Uint8Array): void {
    const [id, sequence] = Buffer.from(token).toString("utf8").split(":");
    const isIssued = id === this.#id && Number(sequence) >= 1 && Number(sequence) <= this.#sequence;
    if (!isIssued) throw invalidArgument("Invalid stream token.");
  }
}
