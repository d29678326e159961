import { isDeepStrictEqual } from "node:util";

/** Returns the fields of the patch that differ from the stored ones, as they are and as they will be. */
export function changedFields<T extends object>(
  stored: T,
  patch: Partial<T>,
): { readonly before: Partial<T>; readonly after: Partial<T> } {
  const names = (Object.keys(patch) as (keyof T)[]).filter(
    (name) => !isDeepStrictEqual(stored[name], patch[name]),
  );
  return { before: pick(stored, names), after: pick(patch, names) };
}

function pick<T extends object>(from: Partial<T>, names: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<T>;
}
