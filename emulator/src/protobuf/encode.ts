import protobuf from "protobufjs";
import type { CommitVersion, StoredDocument } from "../values/document.ts";
import { documentToWire, versionToTimestamp } from "../values/wire.ts";
import { messageType } from "./messages.ts";

/**
 * Encodes responses that contain documents. Each version of a document is encoded once, and the responses are
 * assembled from its bytes.
 */

const documentType = messageType("Document");
const encodedDocuments = new WeakMap<StoredDocument, { databaseName: string; bytes: Uint8Array }>();

/** The encoded `Document` message of a version, cached for as long as the version is in memory. */
export function encodeDocument(databaseName: string, document: StoredDocument): Uint8Array {
  const known = encodedDocuments.get(document);
  if (known?.databaseName === databaseName) return known.bytes;
  const bytes = documentType.encode(documentToWire(databaseName, document)).finish();
  encodedDocuments.set(document, { databaseName, bytes });
  return bytes;
}

const LENGTH_DELIMITED = 2;
const VARINT = 0;
const tag = (field: number, wireType: number) => (field << 3) | wireType;

/** The `BatchGetDocumentsResponse` for a document that exists. */
export function encodeFound(document: Uint8Array, readTime: CommitVersion): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, LENGTH_DELIMITED)).bytes(document);
  return finish(writeTimestamp(writer, 4, readTime));
}

/** The `BatchGetDocumentsResponse` for a document that does not exist. */
export function encodeMissing(name: string, readTime: CommitVersion): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(2, LENGTH_DELIMITED)).string(name);
  return finish(writeTimestamp(writer, 4, readTime));
}

/** The `RunQueryResponse` with one document. */
export function encodeQueryResult(document: Uint8Array, readTime: CommitVersion): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, LENGTH_DELIMITED)).bytes(document);
  return finish(writeTimestamp(writer, 3, readTime));
}

function writeTimestamp(writer: protobuf.Writer, field: number, version: CommitVersion): protobuf.Writer {
  const { seconds, nanos } = versionToTimestamp(version);
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  writer.uint32(tag(1, VARINT)).int64(Number(seconds));
  if (nanos) writer.uint32(tag(2, VARINT)).int32(nanos);
  return writer.ldelim();
}

function finish(writer: protobuf.Writer): Buffer {
  const bytes = writer.finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
