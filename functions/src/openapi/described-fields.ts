import { GLOSSARY } from "./glossary.ts";

/** Returns a copy of a document in which fields without a description have that of their name. */
export function withDescribedFields<T extends object>(document: T): T {
  const copy = JSON.parse(JSON.stringify(document)) as T;
  describe(copy);
  return copy;
}

function describe(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const { properties } = node as { readonly properties?: unknown };
  if (typeof properties === "object" && properties !== null) {
    for (const [name, field] of Object.entries(properties as Record<string, { description?: string }>)) {
      const means = GLOSSARY[name]?.means;
      if (means !== undefined) field.description ??= means;
    }
  }
  for (const child of Object.values(node)) describe(child);
}
