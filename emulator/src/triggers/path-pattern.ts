import type { DocumentPath } from "../values/document.ts";

/**
 * A matcher for patterns such as `shops/{shop}/bookings/{booking}`: `{name}` and `*` stand for one segment,
 * `{name=**}` and `**` for any number.
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
