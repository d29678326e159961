/** The name of an enum member: decoded messages contain its number, plain objects its name. */
export function enumName(names: readonly string[], value: number | string | null | undefined): string {
  return typeof value === "string" ? value : (names[value ?? 0] ?? "");
}
