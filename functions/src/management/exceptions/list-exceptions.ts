import { z } from "zod";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { WHOLE_SHOP } from "../../catalog/schema.ts";
import { daysBetween } from "../../engine/dates.ts";
import { datesTouched } from "../../engine/exceptions.ts";
import { done, invalidRequest, refuse, type Outcome } from "../../platform/errors.ts";
import { countSchema, dateSchema } from "../../platform/http/fields.ts";
import type { Scope } from "../../platform/scope.ts";
import type { ExceptionFilter, ExceptionPosition, ExceptionStore } from "./exception-store.ts";
import { presentException, type ShownException } from "./write-exceptions.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
/** In a longer range a recurring exception is listed without looking for its dates. */
const MAX_DAYS_SEARCHED = 366;

/** `GET …/exceptions`: those that apply to a date of the range, both ends inclusive; all without one. */
export const exceptionListQuery = z.strictObject({
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  limit: countSchema.refine((value) => value <= MAX_PAGE, `At most ${MAX_PAGE}.`).default(DEFAULT_PAGE),
  page_token: z.string("Give one page token.").max(1500, "Not a page token.").optional(),
});

export interface ListDependencies {
  readonly catalog: CatalogReader;
  readonly exceptions: ExceptionStore;
}

interface ListRequest {
  readonly shopId: string;
  /** `*`: the whole shop's. */
  readonly mechanicId: string;
  readonly query: z.output<typeof exceptionListQuery>;
}

export interface ListedExceptions {
  readonly exceptions: readonly ShownException[];
  readonly next_page_token: string | null;
}

/** Returns a page of exceptions by their end; those without an end come first. */
export async function listExceptions(
  { catalog, exceptions }: ListDependencies,
  { shopId, mechanicId, query }: ListRequest,
  { cost }: Scope,
): Promise<Outcome<ListedExceptions>> {
  const { from_date: from = null, to_date: to = null, limit, page_token } = query;
  if (from !== null && to !== null && to < from)
    return invalidRequest({ path: "to_date", message: "Not on or after from_date." });
  const after = page_token === undefined ? null : decodeToken(page_token);
  if (after === undefined)
    return invalidRequest({ path: "page_token", message: "Not a token that these pages gave." });
  const isShop = mechanicId === WHOLE_SHOP;
  if (isShop && !(await catalog.shop(shopId, cost))) return refuse("not_found", "There is no such shop.");
  if (!isShop && !(await catalog.mechanic(shopId, mechanicId, cost)))
    return refuse("not_found", "There is no such mechanic.");
  const filter = { mechanicId, from, to };
  const page = await exceptions.page(shopId, { filter, after, limit }, cost);
  return done({
    exceptions: page.exceptions.filter((one) => hasDates(one, filter)).map(presentException),
    next_page_token: page.next && encodeToken(page.next),
  });
}

/** Whether the exception, whose first and last dates meet the range, applies to a date of it. */
function hasDates(exception: Parameters<typeof datesTouched>[0], { from, to }: ExceptionFilter): boolean {
  if (exception.rrule === null || from === null || to === null) return true;
  if (daysBetween(from, to) > MAX_DAYS_SEARCHED) return true;
  return datesTouched(exception, from, to).length > 0;
}

/** The content of a page token. Tokens come back from clients, so it is checked like any input. */
const position = z.tuple([
  z.string().max(100).nullable(),
  z.string().max(100),
  z.string().regex(/^(?!\.\.?$)(?!__.*__$)[^/\p{Cc}\p{Cs}]{1,250}$/u),
]);

function encodeToken({ to_date, from_date, id }: ExceptionPosition): string {
  return Buffer.from(JSON.stringify([to_date, from_date, id])).toString("base64url");
}

function decodeToken(token: string): ExceptionPosition | undefined {
  try {
    const text = Buffer.from(token, "base64url").toString("utf8");
    const [to_date, from_date, id] = position.parse(JSON.parse(text));
    return { to_date, from_date, id };
  } catch {
    return undefined;
  }
}
