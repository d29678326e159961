import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { projectFields } from "../queries/matcher.ts";
import protobuf from "protobufjs";
import type { Database } from "../storage/database.ts";
import type { CommitVersion, StoredDocument } from "../values/document.ts";
import { documentToWire, versionToTimestamp } from "../values/wire.ts";
import { encodeDocument } from "../protobuf/encode.ts";
import { messageType } from "../protobuf/messages.ts";
import type { StatusError } from "../status.ts";
import { resumeToken } from "./resume-token.ts";
import type { DocumentEvent } from "./snapshot-changes.ts";

type ListenResponse = google.firestore.v1.IListenResponse;

const listenResponse = messageType("ListenResponse");

/** The numbers of `TargetChange.TargetChangeType`, as protobufjs encodes them. */
const TARGET_CHANGE = { NO_CHANGE: 0, ADD: 1, REMOVE: 2, CURRENT: 3, RESET: 4 } as const;

/**
 * Encodes a response. The functions below return encoded messages, so that equal responses to many streams are encoded
 * once.
 */
function encode(response: ListenResponse): Uint8Array {
  return listenResponse.encode(response).finish();
}

function targetChangeType(name: keyof typeof TARGET_CHANGE): "NO_CHANGE" {
  return TARGET_CHANGE[name] as unknown as "NO_CHANGE";
}

/** Tells the client that the target is accepted. */
export function targetAdded(targetId: number): Uint8Array {
  return encode({ targetChange: { targetChangeType: targetChangeType("ADD"), targetIds: [targetId] } });
}

/** Tells the client that the target has ended: on its request, or because of an error. */
export function targetRemoved(targetId: number, cause?: StatusError): Uint8Array {
  const targetChange = { targetChangeType: targetChangeType("REMOVE"), targetIds: [targetId] };
  if (!cause) return encode({ targetChange });
  return encode({ targetChange: { ...targetChange, cause: { code: cause.code, message: cause.message } } });
}

/** Tells the client to discard its documents of the target. */
export function targetReset(targetId: number): Uint8Array {
  return encode({ targetChange: { targetChangeType: targetChangeType("RESET"), targetIds: [targetId] } });
}

/** Tells the client that its documents of the target are up to date as of `version`. */
export function targetCurrent(database: Database, targetId: number, version: CommitVersion): Uint8Array {
  const targetChange = { targetChangeType: targetChangeType("CURRENT"), targetIds: [targetId] };
  return encode({ targetChange: { ...targetChange, ...pointInTime(database, version) } });
}

const lastSnapshots = new WeakMap<Database, { version: CommitVersion; bytes: Uint8Array }>();

/** Tells the client that all targets are consistent at `version`. */
export function consistentSnapshot(database: Database, version: CommitVersion): Uint8Array {
  const last = lastSnapshots.get(database);
  if (last?.version === version) return last.bytes;
  const targetChange = { targetChangeType: targetChangeType("NO_CHANGE"), ...pointInTime(database, version) };
  const bytes = encode({ targetChange });
  lastSnapshots.set(database, { version, bytes });
  return bytes;
}

/** Tells the client the number of documents in the target, so that it can detect a difference. */
export function existenceFilter(targetId: number, count: number): Uint8Array {
  return encode({ filter: { targetId, count } });
}

/**
 * Tells the client about a change of a document.
 *
 * @param mayShow whether the client may read the new version of a document that has left all its targets
 */
export function documentEvent(
  database: Database,
  event: DocumentEvent,
  version: CommitVersion,
  mayShow: boolean,
): Uint8Array {
  const { path, document, projection, targetIds, removedTargetIds } = event;
  const name = `${database.name}/documents/${path}`;
  const readTime = versionToTimestamp(version);
  if (!document) return encode({ documentDelete: { document: name, removedTargetIds, readTime } });
  if (targetIds.length === 0 && !mayShow) {
    return encode({ documentRemove: { document: name, removedTargetIds, readTime } });
  }
  if (!projection) return documentChange(database, document, targetIds, removedTargetIds);
  const shown = documentToWire(database.name, {
    ...document,
    fields: projectFields(document.fields, projection),
  });
  return encode({ documentChange: { document: shown, targetIds, removedTargetIds } });
}

const LENGTH_DELIMITED = 2;
const tag = (field: number) => (field << 3) | LENGTH_DELIMITED;
const lastChanges = new WeakMap<StoredDocument, { targets: string; bytes: Uint8Array }>();

/** Assembled from the encoded document, and cached for the next stream with the same target ids. */
function documentChange(
  database: Database,
  document: StoredDocument,
  targetIds: readonly number[],
  removedTargetIds: readonly number[],
): Uint8Array {
  const targets = `${targetIds.join()}-${removedTargetIds.join()}`;
  const last = lastChanges.get(document);
  if (last?.targets === targets) return last.bytes;
  const writer = protobuf.Writer.create();
  writer.uint32(tag(3)).fork();
  writer.uint32(tag(1)).bytes(encodeDocument(database.name, document));
  writeIds(writer, 5, targetIds);
  writeIds(writer, 6, removedTargetIds);
  const bytes = writer.ldelim().finish();
  lastChanges.set(document, { targets, bytes });
  return bytes;
}

function writeIds(writer: protobuf.Writer, field: number, ids: readonly number[]): void {
  if (ids.length === 0) return;
  writer.uint32(tag(field)).fork();
  for (const id of ids) writer.int32(id);
  writer.ldelim();
}

function pointInTime(database: Database, version: CommitVersion) {
  return { readTime: versionToTimestamp(version), resumeToken: resumeToken(database, version) };
}
