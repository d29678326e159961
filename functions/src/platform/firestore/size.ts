/** The largest document that Firestore stores. */
export const MAX_DOCUMENT_BYTES = 1_048_576;

const DOCUMENT_OVERHEAD_BYTES = 32;
const NAME_OVERHEAD_BYTES = 16;

/**
 * The size of a document of plain values by Firestore's formula: its name (a path such as `shops/s/availability/d`),
 * field names, values, and 32 bytes. Any other value, such as a Timestamp, counts as eight bytes.
 */
export function documentBytes(path: string, data: object): number {
  const name = path.split("/").reduce((sum, id) => sum + textBytes(id), NAME_OVERHEAD_BYTES);
  return name + mapBytes(data);
}

function mapBytes(map: object): number {
  let bytes = DOCUMENT_OVERHEAD_BYTES;
  for (const [name, value] of Object.entries(map)) bytes += textBytes(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: unknown): number {
  if (value === undefined) return 0;
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "string") return textBytes(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + valueBytes(one), 0);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) return mapBytes(value);
  return 8;
}

function textBytes(text: string): number {
  return Buffer.byteLength(text) + 1;
}
