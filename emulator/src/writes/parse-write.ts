import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { parseFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import { parseDocumentName } from "../values/resource-name.ts";
import type { Value } from "../values/value.ts";
import { fieldsFromWire, timestampToVersion, valueFromWire } from "../values/wire.ts";
import { invalidArgument } from "../status.ts";
import { parseFieldMask } from "./field-mask.ts";
import type { NumberValue, Transform } from "./transforms.ts";
import { checkFieldPath, checkFields, checkPathDepth, checkValueAt } from "./validate-fields.ts";
import type { FieldTransform, Precondition, Write } from "./write.ts";

type IWrite = google.firestore.v1.IWrite & {
  /** Field 5 of the message, which the published protos omit. */
  readonly verify?: string | null;
};
type IFieldTransform = google.firestore.v1.DocumentTransform.IFieldTransform;

const REQUEST_TIME = 1;

/**
 * Parses a Write message and checks it as far as possible without the stored document.
 * @param databaseName the database of the request; a write into another one is refused
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseWrite(databaseName: string, message: IWrite): Write {
  const operation = setOperation(message);
  const precondition = parsePrecondition(message.currentDocument);
  if (operation !== "update" && operation !== "verify" && message.updateMask) {
    throw invalidArgument(`a ${operation} must not specify a document mask.`);
  }
  if (operation !== "update" && operation !== "verify" && message.updateTransforms?.length) {
    throw invalidArgument(`a ${operation} must not specify a update transform.`);
  }
  switch (operation) {
    case "update":
      return parseUpdate(databaseName, message, precondition);
    case "delete":
      return { kind: "delete", path: pathIn(databaseName, message.delete!), precondition };
    case "transform":
      return parseTransformWrite(databaseName, message, precondition);
    case "verify":
      return parseVerify(databaseName, message, precondition);
  }
}

/**
 * Refuses combinations of writes that one request may not contain.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkCombination(
  writes: readonly Write[],
  options: { readonly oneWritePerDocument: boolean },
): void {
  const seen = new Map<string, "written" | "verified">();
  for (const { path, kind } of writes) {
    const before = seen.get(path);
    const now = kind === "verify" ? "verified" : "written";
    if (before === "verified" && now === "verified") {
      throw invalidArgument("the same document cannot be verified more than once in a single request");
    }
    if (before && before !== now) {
      throw invalidArgument(`the same document cannot be ${before} and then ${now} in a single request`);
    }
    if (before && options.oneWritePerDocument) {
      throw invalidArgument("the same document cannot be written more than once in a single request");
    }
    seen.set(path, now);
  }
}

function setOperation(message: IWrite): "update" | "delete" | "transform" | "verify" {
  if (message.update) return "update";
  if (message.delete) return "delete";
  if (message.transform) return "transform";
  if (message.verify) return "verify";
  throw invalidArgument("a write must have an operation");
}

function parseUpdate(databaseName: string, message: IWrite, precondition: Precondition | undefined): Write {
  const fields = fieldsFromWire(message.update!.fields);
  checkFields(fields);
  const mask = parseFieldMask(message.updateMask);
  mask?.forEach(checkFieldPath);
  return {
    kind: "update",
    path: pathIn(databaseName, message.update!.name ?? ""),
    fields,
    mask,
    transforms: (message.updateTransforms ?? []).map(parseTransform),
    precondition,
  };
}

/** Parses the older form of a transform as an update that changes no other field. */
function parseTransformWrite(
  databaseName: string,
  message: IWrite,
  precondition: Precondition | undefined,
): Write {
  return {
    kind: "update",
    path: pathIn(databaseName, message.transform!.document ?? ""),
    fields: new Map(),
    mask: [],
    transforms: (message.transform!.fieldTransforms ?? []).map(parseTransform),
    precondition,
  };
}

function parseVerify(databaseName: string, message: IWrite, precondition: Precondition | undefined): Write {
  if (message.updateMask) throw invalidArgument("a verify must not specify a document mask.");
  if (message.updateTransforms?.length)
    throw invalidArgument("a verify must not specify a update transform.");
  if (!precondition) throw invalidArgument("a verify must contain a precondition");
  return { kind: "verify", path: pathIn(databaseName, message.verify!), precondition };
}

function parsePrecondition(
  message: google.firestore.v1.IPrecondition | null | undefined,
): Precondition | undefined {
  if (!message) return undefined;
  if (message.updateTime) return { kind: "updateTime", updateTime: timestampToVersion(message.updateTime) };
  if (Object.hasOwn(message, "exists") && message.exists !== null && message.exists !== undefined) {
    return { kind: "exists", exists: message.exists };
  }
  return undefined;
}

function parseTransform(message: IFieldTransform): FieldTransform {
  const field = parseFieldPath(message.fieldPath ?? "");
  checkFieldPath(field);
  checkPathDepth(field);
  return { field, transform: parseTransformType(field, message) };
}

function parseTransformType(field: FieldPath, message: IFieldTransform): Transform {
  if (message.increment) return { kind: "increment", operand: numberOperand(message.increment) };
  if (message.maximum) return { kind: "maximum", operand: numberOperand(message.maximum) };
  if (message.minimum) return { kind: "minimum", operand: numberOperand(message.minimum) };
  if (message.appendMissingElements) {
    return { kind: "union", elements: elements(field, message.appendMissingElements) };
  }
  if (message.removeAllFromArray) {
    return { kind: "remove", elements: elements(field, message.removeAllFromArray) };
  }
  // Enums are numbers in decoded messages.
  if ((message.setToServerValue as unknown) === REQUEST_TIME) return { kind: "serverTime" };
  throw invalidArgument("a field transform must have a transform type");
}

function numberOperand(message: google.firestore.v1.IValue): NumberValue {
  const value = valueFromWire(message);
  if (value.kind === "integer" || value.kind === "double") return value;
  throw invalidArgument("Input must be int64 or double.");
}

function elements(field: FieldPath, message: google.firestore.v1.IArrayValue): readonly Value[] {
  const array = valueFromWire({ arrayValue: message });
  checkValueAt(field, array);
  return array.kind === "array" ? array.values : [];
}

function pathIn(databaseName: string, documentName: string): string {
  const { database, path } = parseDocumentName(documentName);
  if (database !== databaseName) {
    throw invalidArgument(
      `Document name "${documentName}" is not in the database "${databaseName}" of the request.`,
    );
  }
  return path;
}
