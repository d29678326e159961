import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import protobuf from "protobufjs";
import type { EmulatorState } from "../state/emulator-state.ts";
import type { OpenDatabase } from "../state/open-database.ts";
import type { StoredDocument } from "../values/document.ts";
import { parseDatabaseName, parseDocumentName } from "../values/resource-name.ts";
import { fieldsFromWire, timestampToVersion } from "../values/wire.ts";
import { encodeDocument } from "../protobuf/encode.ts";
import { messageType } from "../protobuf/messages.ts";
import { invalidArgument } from "../status.ts";

/**
 * The metadata of an export. An export is a folder with the file `NAME.overall_export_metadata`, which firebase-tools
 * passes on import, and one file per database with its documents as length-delimited protobuf messages.
 */
interface ExportMetadata {
  readonly format: typeof FORMAT;
  readonly databases: readonly { readonly id: string; readonly file: string; readonly documents: number }[];
}

const FORMAT = "slotbay-firestore-export-1";
const METADATA_SUFFIX = ".overall_export_metadata";

const documentType = messageType("Document");

/** Writes every database of the project to `directory/name`, each as one consistent state. */
export function exportProject(
  state: EmulatorState,
  projectId: string,
  directory: string,
  name: string,
): void {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const databases = [...state.databases()]
    .filter(({ database }) => parseDatabaseName(database.name).projectId === projectId)
    .map(({ database }, index) => {
      const file = `documents-${index}.pb`;
      const writer = protobuf.Writer.create();
      for (const document of database.documents()) writer.bytes(encodeDocument(database.name, document));
      writeFileSync(join(folder, file), writer.finish());
      return { id: parseDatabaseName(database.name).databaseId, file, documents: database.size };
    });
  const metadata: ExportMetadata = { format: FORMAT, databases };
  writeFileSync(metadataPath(directory, name), `${JSON.stringify(metadata, null, 2)}\n`);
}

/** The path of the metadata file of an export. */
export function metadataPath(directory: string, name: string): string {
  return join(directory, name, `${basename(name)}${METADATA_SUFFIX}`);
}

/**
 * Adds the documents of an export to the project with their times, replacing documents of the same name. Triggers are
 * not notified.
 * @param path the metadata file
 * @throws StatusError INVALID_ARGUMENT when the file is not an export of this emulator
 */
export function importProject(state: EmulatorState, projectId: string, path: string): void {
  const metadata = readMetadata(path);
  for (const { id, file } of metadata.databases) {
    const open = state.open(`projects/${projectId}/databases/${id}`);
    importDocuments(open, readFileSync(join(dirname(path), file)));
  }
}

function readMetadata(path: string): ExportMetadata {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalidArgument(`Cannot read the export: ${(error as Error).message}`);
  }
  try {
    const metadata = JSON.parse(text) as ExportMetadata;
    if (metadata.format === FORMAT) return metadata;
  } catch {
    // Not JSON, so not an export of this emulator.
  }
  throw invalidArgument(
    `${path} was not written by this emulator. Exports of production and of the official emulator cannot be imported.`,
  );
}

function importDocuments({ database }: OpenDatabase, bytes: Uint8Array): void {
  const reader = protobuf.Reader.create(bytes);
  const changes = [];
  while (reader.pos < reader.len) {
    const after = parseDocument(reader.bytes());
    changes.push({ path: after.path, before: database.latest().get(after.path), after });
  }
  if (changes.length > 0) database.apply(database.nextVersion(), changes);
}

function parseDocument(bytes: Uint8Array): StoredDocument {
  const message = documentType.decode(bytes) as unknown as {
    name: string;
    fields: Parameters<typeof fieldsFromWire>[0];
    createTime: Parameters<typeof timestampToVersion>[0];
    updateTime: Parameters<typeof timestampToVersion>[0];
  };
  return {
    path: parseDocumentName(message.name).path,
    fields: fieldsFromWire(message.fields),
    createTime: timestampToVersion(message.createTime),
    updateTime: timestampToVersion(message.updateTime),
  };
}
