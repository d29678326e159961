import { done, refuse, type Outcome } from "../platform/errors.ts";
import { etagOfShown, matches } from "../platform/http/etag.ts";

/** Whether a change of a resource must name the version that it replaces. */
export type Precondition = { readonly ifMatch: string | null; readonly isRequired: boolean };

/**
 * Checks `If-Match` against the resource as the API shows it. Refuses with `precondition_required` where the header is
 * missing and required, and with `precondition_failed` and the current resource where it names another version.
 */
export function checkPrecondition(current: object, { ifMatch, isRequired }: Precondition): Outcome<null> {
  if (ifMatch === null && isRequired) return refuse("precondition_required");
  const etag = etagOfShown(current);
  return matches(ifMatch, etag) ? done(null) : refuse("precondition_failed", undefined, { current, etag });
}
