import { randomUUID } from "node:crypto";
import protobuf from "protobufjs";
import type { CommitVersion, StoredDocument } from "../values/document.ts";
import type { DocumentChange } from "../storage/commit-record.ts";
import type { Caller } from "../caller.ts";
import { encodeDocument } from "../protobuf/encode.ts";
import { documentToJson, versionToJson } from "./json.ts";
import { changedFields } from "./changed-fields.ts";
import type { Trigger } from "./registration.ts";

/** A change of a document with all data of its events. */
export interface Occurrence {
  readonly projectId: string;
  readonly databaseId: string;
  readonly version: CommitVersion;
  readonly change: DocumentChange;
  readonly caller: Caller;
}

/** An HTTP request to the functions emulator. */
export interface EventRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const DATA_SCHEMA =
  "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto";
/** The location reported for every database. */
const LOCATION = "us-central1";

export function eventRequest(trigger: Trigger, occurrence: Occurrence): EventRequest {
  return trigger.generation === 2 ? cloudEvent(trigger, occurrence) : legacyEvent(trigger, occurrence);
}

/** A CloudEvent whose body is the base64 text of a protobuf `DocumentEventData`. */
function cloudEvent(trigger: Trigger, occurrence: Occurrence): EventRequest {
  const { projectId, databaseId, version, change } = occurrence;
  const headers: Record<string, string> = {
    "ce-specversion": "1.0",
    "ce-type": trigger.eventType,
    "ce-source": `//firestore.googleapis.com/projects/projects/${projectId}/databases/${databaseId}`,
    "ce-id": randomUUID(),
    "ce-subject": `documents/${headerText(change.path)}`,
    "ce-time": versionToJson(version),
    "ce-datacontenttype": "application/protobuf",
    "ce-dataschema": DATA_SCHEMA,
    "ce-location": LOCATION,
    "ce-project": projectId,
    "ce-database": databaseId,
    "ce-namespace": "(default)",
    "ce-document": headerText(change.path),
    "content-type": "application/protobuf",
    ...(trigger.withAuthContext ? authHeaders(occurrence.caller) : {}),
  };
  return { headers, body: encodeEventData(occurrence).toString("base64") };
}

/**
 * Percent-encodes the characters of an id that a header cannot contain. The others stay as they are, because the
 * functions runtime does not decode the text.
 */
function headerText(path: string): string {
  return path.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));
}

function authHeaders(caller: Caller): Record<string, string> {
  if (caller.kind === "admin") return { "ce-authtype": "service_account" };
  if (!caller.auth) return { "ce-authtype": "unauthenticated" };
  return { "ce-authtype": "unknown", "ce-authid": headerText(caller.auth.uid) };
}

const DELIMITED = 2;

/** `google.events.cloud.firestore.v1.DocumentEventData`: 1 value, 2 old value, 3 update mask (always present). */
function encodeEventData({ projectId, databaseId, change }: Occurrence): Buffer {
  const databaseName = `projects/${projectId}/databases/${databaseId}`;
  const writer = protobuf.Writer.create();
  const { after, before } = change;
  if (after) writer.uint32((1 << 3) | DELIMITED).bytes(encodeDocument(databaseName, after));
  if (before) writer.uint32((2 << 3) | DELIMITED).bytes(encodeDocument(databaseName, before));
  writer.uint32((3 << 3) | DELIMITED).fork();
  for (const path of changedFields(before, after)) writer.uint32((1 << 3) | DELIMITED).string(path);
  return Buffer.from(writer.ldelim().finish());
}

function legacyEvent(trigger: Trigger, occurrence: Occurrence): EventRequest {
  const { projectId, databaseId, version, change } = occurrence;
  const databaseName = `projects/${projectId}/databases/${databaseId}`;
  const json = (document: StoredDocument | undefined) =>
    document ? documentToJson(databaseName, document) : undefined;
  const fieldPaths = changedFields(change.before, change.after);
  const body = {
    data: {
      value: json(change.after),
      oldValue: json(change.before),
      updateMask: fieldPaths.length > 0 ? { fieldPaths } : {},
    },
    context: {
      eventId: randomUUID(),
      timestamp: versionToJson(version),
      eventType: trigger.eventType,
      resource: { name: `${databaseName}/documents/${change.path}`, service: "firestore.googleapis.com" },
    },
  };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
