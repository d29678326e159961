import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { projectFields } from "../queries/matcher.ts";
import type { Database } from "../storage/database.ts";
import type { CommitVersion } from "../storage/document.ts";
import { documentToWire, versionToTimestamp } from "../values/wire.ts";
import type { StatusError } from "../wire/status.ts";
import { resumeToken } from "./resume-token.ts";
import type { DocumentEvent } from "./snapshot-changes.ts";

export type ListenResponse = google.firestore.v1.IListenResponse;

/** Numbers of `TargetChange.TargetChangeType`, which is what protobufjs encodes. */
const TARGET_CHANGE = { NO_CHANGE: 0, ADD: 1, REMOVE: 2, CURRENT: 3, RESET: 4 } as const;

function targetChangeType(name: keyof typeof TARGET_CHANGE): "NO_CHANGE" {
  return TARGET_CHANGE[name] as unknown as "NO_CHANGE";
}

/** The target is accepted. */
export function targetAdded(targetId: number): ListenResponse {
  return { targetChange: { targetChangeType: targetChangeType("ADD"), targetIds: [targetId] } };
}

/** The target is gone, because the client asked for it or because of an error. */
export function targetRemoved(targetId: number, cause?: StatusError): ListenResponse {
  const targetChange = { targetChangeType: targetChangeType("REMOVE"), targetIds: [targetId] };
  if (!cause) return { targetChange };
  return { targetChange: { ...targetChange, cause: { code: cause.code, message: cause.message } } };
}

/** What the client has of the target is not to be built on. */
export function targetReset(targetId: number): ListenResponse {
  return { targetChange: { targetChangeType: targetChangeType("RESET"), targetIds: [targetId] } };
}

/** The client has been told everything about the target up to `version`. */
export function targetCurrent(database: Database, targetId: number, version: CommitVersion): ListenResponse {
  const targetChange = { targetChangeType: targetChangeType("CURRENT"), targetIds: [targetId] };
  return { targetChange: { ...targetChange, ...pointInTime(database, version) } };
}

/** All targets are consistent at `version`: the client may show what it has. */
export function consistentSnapshot(database: Database, version: CommitVersion): ListenResponse {
  return {
    targetChange: { targetChangeType: targetChangeType("NO_CHANGE"), ...pointInTime(database, version) },
  };
}

/** How many documents are in the target, for a client that may have others. */
export function existenceFilter(targetId: number, count: number): ListenResponse {
  return { filter: { targetId, count } };
}

/**
 * What happened to a document.
 *
 * @param mayShow whether the client may see the new version of a document that has left all its targets
 */
export function documentEvent(
  database: Database,
  event: DocumentEvent,
  version: CommitVersion,
  mayShow: boolean,
): ListenResponse {
  const { path, document, projection, targetIds, removedTargetIds } = event;
  const name = `${database.name}/documents/${path}`;
  const readTime = versionToTimestamp(version);
  if (!document) return { documentDelete: { document: name, removedTargetIds, readTime } };
  if (targetIds.length === 0 && !mayShow)
    return { documentRemove: { document: name, removedTargetIds, readTime } };
  const shown = projection ? { ...document, fields: projectFields(document.fields, projection) } : document;
  return { documentChange: { document: documentToWire(database.name, shown), targetIds, removedTargetIds } };
}

function pointInTime(database: Database, version: CommitVersion) {
  return { readTime: versionToTimestamp(version), resumeToken: resumeToken(database, version) };
}
