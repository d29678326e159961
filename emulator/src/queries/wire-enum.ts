/** The name of an enum member, which decoded messages hold as a number and plain objects as a name. */
export function enumName(names: readonly string[], value: number | string | null | undefined): string {
  return typeof value === "string" ? value : (names[value ?? 0] ?? "");
}
