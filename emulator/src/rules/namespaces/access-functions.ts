/** The functions by which rules read other documents. */
export const ACCESS_FUNCTIONS = ["get", "getAfter", "exists", "existsAfter"] as const;
export type AccessFunction = (typeof ACCESS_FUNCTIONS)[number];

export function isAccessFunction(name: string): name is AccessFunction {
  return (ACCESS_FUNCTIONS as readonly string[]).includes(name);
}
