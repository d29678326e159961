import { done, refuse, type Outcome } from "../platform/errors.ts";
import type { ManagementTransaction } from "./management-store.ts";

type Query = Parameters<ManagementTransaction["query"]>[0];

/** The queries that find documents that refer to something, by what these are. */
export type References = Readonly<Record<string, Query>>;

/** Refuses with `still_referenced` if one of the queries finds something, and says what. */
export async function checkUnreferenced(
  tx: ManagementTransaction,
  references: References,
): Promise<Outcome<null>> {
  const found = await Promise.all(
    Object.entries(references).map(async ([what, query]) => {
      return (await tx.query(query.limit(1))).length > 0 ? [what] : [];
    }),
  );
  const referring = found.flat();
  if (referring.length === 0) return done(null);
  return refuse("still_referenced", `Still referred to by ${referring.join(", ")}.`, {
    references: referring,
  });
}
