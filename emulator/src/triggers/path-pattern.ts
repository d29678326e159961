import type { DocumentPath } from "../values/document.ts";

/**
 * A test for paths that match a pattern such as `shops/{shop}/bookings/{booking}`: `{name}` and `*` match one segment,
 * `{name=**}` and `**` match any number.
 */
export function pathPattern(pattern: string): (path: DocumentPath) => boolean {
  const trimmed = pattern.replace(/^\/+|\/+$/g, "");
  const source = trimmed
    .split("/")
    .map((segment) => {
      if (segment === "**" || /^\{[^}]*=\*\*\}$/.test(segment)) return ".+";
      if (/^\{[^}]*\}$/.test(segment)) return "[^/]+";
      return segment.split("*").map(escapeRegExp).join("[^/]*");
    })
    .join("/");
  const expression = new RegExp(`^${source}$`, "s");
  return (path) => expression.test(path);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
