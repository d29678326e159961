import { createHash } from "node:crypto";

/** Returns the strong ETag of a resource: a hash of what the API shows of it. */
export function etagOfShown(shown: object): string {
  return `"${createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, 27)}"`;
}

/** Tells whether an `If-None-Match` header names the ETag, or `*`: then the client has the current resource. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch?.trim() === "*") return true;
  return (ifNoneMatch ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** Tells whether an `If-Match` header allows a change of the resource with this ETag. Weak ETags never match. */
export function matches(ifMatch: string | null, etag: string): boolean {
  if (ifMatch === null || ifMatch.trim() === "*") return true;
  return ifMatch.split(",").some((one) => one.trim() === etag);
}
