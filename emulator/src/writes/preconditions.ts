import type { DocumentPath, StoredDocument } from "../values/document.ts";
import { parseDatabaseName } from "../values/resource-name.ts";
import { StatusError } from "../status.ts";
import type { Write } from "./write.ts";

/** The error if the stored document fails the precondition of the write, otherwise undefined. */
export function checkPrecondition(
  databaseName: string,
  write: Write,
  current: StoredDocument | undefined,
): StatusError | undefined {
  const { precondition, path } = write;
  if (!precondition) return undefined;
  if (precondition.kind === "exists") {
    if (precondition.exists === (current !== undefined)) return undefined;
    return precondition.exists ? missing(databaseName, path) : existing(databaseName, path);
  }
  if (!current) return missing(databaseName, path);
  if (current.updateTime === precondition.updateTime) return undefined;
  return new StatusError(
    "FAILED_PRECONDITION",
    `the stored version (${current.updateTime}) does not match the required base version (${precondition.updateTime})`,
  );
}

function existing(databaseName: string, path: DocumentPath): StatusError {
  const { projectId } = parseDatabaseName(databaseName);
  return new StatusError(
    "ALREADY_EXISTS",
    `entity already exists: EntityRef[partitionRef=dev~${projectId}, path=/${path}]`,
  );
}

function missing(databaseName: string, path: DocumentPath): StatusError {
  const { projectId } = parseDatabaseName(databaseName);
  const segments = path.split("/");
  let elements = "";
  for (let i = 0; i < segments.length; i += 2) {
    elements += `  Element {\n    type: "${segments[i]}"\n    name: "${segments[i + 1]}"\n  }\n`;
  }
  return new StatusError("NOT_FOUND", `no entity to update: app: "dev~${projectId}"\npath <\n${elements}>\n`);
}
