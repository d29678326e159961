import { randomBytes } from "node:crypto";
import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { CommitVersion } from "../values/document.ts";
import { parseDocumentName } from "../values/resource-name.ts";
import { valueToWire, versionToTimestamp } from "../values/wire.ts";
import { commitWrites } from "../writes/commit.ts";
import { writeCharges } from "./charges.ts";
import type { Committed } from "../writes/commit.ts";
import { parseFieldMask } from "../writes/field-mask.ts";
import { checkCombination, parseWrite } from "../writes/parse-write.ts";
import type { WriteOutcome } from "../writes/plan-writes.ts";
import type { Write } from "../writes/write.ts";
import { authorizeWrites, requireAdmin } from "./authorize.ts";
import { charge } from "./charges.ts";
import type { Call } from "./call.ts";
import { refuseTooLarge } from "./request-size.ts";
import { StatusError } from "../status.ts";
import { maskedDocument } from "./documents.ts";
import type { Message } from "./request.ts";

type IWrite = google.firestore.v1.IWrite;
type IWriteResult = google.firestore.v1.IWriteResult;

export async function commit(
  call: Call,
  request: Message<"CommitRequest">,
): Promise<google.firestore.v1.ICommitResponse> {
  refuseTooLarge(request);
  const id = request.transaction as Uint8Array | undefined;
  const transaction = id?.length ? call.open.transactions.get(id) : undefined;
  const writes = parseWrites(call, request.writes);
  const committed = await commitWrites(call.open, writes, { transaction, ...commitOptions(call) });
  charge(call, writeCharges(writes));
  // A commit without writes has no commit time.
  if (writes.length === 0) return {};
  return { writeResults: writeResults(committed), commitTime: versionToTimestamp(committed.commitTime) };
}

/** Applies each write on its own: it waits, succeeds or fails independently of the others. */
export async function batchWrite(
  call: Call,
  request: Message<"BatchWriteRequest">,
): Promise<google.firestore.v1.IBatchWriteResponse> {
  requireAdmin(call, "Batch writes require admin authentication.");
  refuseTooLarge(request);
  const writes = request.writes.map((write) => parseWrite(call.open.database.name, write));
  checkCombination(writes, { oneWritePerDocument: true });
  const response = { writeResults: [] as IWriteResult[], status: [] as google.rpc.IStatus[] };
  for (const write of writes) {
    try {
      const committed = await commitWrites(call.open, [write], commitOptions(call));
      charge(call, writeCharges([write]));
      response.writeResults.push(...writeResults(committed));
      response.status.push({ code: 0 });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      response.writeResults.push({});
      response.status.push({ code: error.code, message: error.message });
    }
  }
  return response;
}

export async function createDocument(
  call: Call,
  request: Message<"CreateDocumentRequest">,
): Promise<Uint8Array> {
  const id = request.documentId || randomDocumentId();
  const name = `${request.parent}/${request.collectionId}/${id}`;
  const write = { update: { ...request.document, name }, currentDocument: { exists: false } };
  return writeOne(call, write, request.mask);
}

export async function updateDocument(
  call: Call,
  request: Message<"UpdateDocumentRequest">,
): Promise<Uint8Array> {
  const { document, updateMask, currentDocument, mask } = request;
  return writeOne(
    call,
    { update: document ?? {}, updateMask: updateMask ?? null, currentDocument: currentDocument ?? null },
    mask,
  );
}

export async function deleteDocument(call: Call, request: Message<"DeleteDocumentRequest">): Promise<object> {
  parseDocumentName(request.name);
  const writes = parseWrites(call, [
    { delete: request.name, currentDocument: request.currentDocument ?? null },
  ]);
  await commitWrites(call.open, writes, commitOptions(call));
  charge(call, writeCharges(writes));
  return {};
}

/** The result of each write of a commit, as messages. */
export function writeResults({ commitTime, outcomes }: Committed): IWriteResult[] {
  return outcomes.map((outcome) => writeResult(outcome, commitTime));
}

/** Parses and validates the writes of one atomic commit. */
export function parseWrites(call: Call, messages: readonly IWrite[]): Write[] {
  const writes = messages.map((write) => parseWrite(call.open.database.name, write));
  checkCombination(writes, { oneWritePerDocument: false });
  return writes;
}

/** The options of a commit by this caller: its check against the rules and its notification of the triggers. */
export function commitOptions(call: Call) {
  return {
    authorize: authorizeWrites(call),
    onApplied: call.open.project.onApplied(call.open.database.name, call.caller),
  };
}

async function writeOne(
  call: Call,
  message: IWrite,
  responseMask: google.firestore.v1.IDocumentMask | null | undefined,
): Promise<Uint8Array> {
  const mask = parseFieldMask(responseMask);
  const writes = parseWrites(call, [message]);
  const { outcomes } = await commitWrites(call.open, writes, commitOptions(call));
  charge(call, writeCharges(writes));
  return maskedDocument(call.open.database.name, outcomes[0]!.after!, mask);
}

function writeResult(
  { write, after, transformResults }: WriteOutcome,
  commitTime: CommitVersion,
): IWriteResult {
  const result: IWriteResult = {};
  if (write.kind === "update") result.updateTime = versionToTimestamp(after?.updateTime ?? commitTime);
  if (transformResults.length > 0) result.transformResults = transformResults.map(valueToWire);
  return result;
}

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 20;

function randomDocumentId(): string {
  let id = "";
  while (id.length < ID_LENGTH) {
    // Bytes beyond the last whole multiple of the alphabet would make its first letters more likely.
    for (const byte of randomBytes(ID_LENGTH)) {
      if (byte < 248 && id.length < ID_LENGTH) id += ID_ALPHABET[byte % ID_ALPHABET.length];
    }
  }
  return id;
}
