import { BODIES } from "./bodies.ts";
import type { BadRequest } from "./builders.ts";
import { FIELDS } from "./fields.ts";
import { HEADERS } from "./headers.ts";
import { METHODS, PATHS } from "./paths.ts";
import { QUERIES } from "./queries.ts";

export const BAD_REQUESTS: readonly BadRequest[] = [
  ...BODIES,
  ...FIELDS,
  ...QUERIES,
  ...PATHS,
  ...METHODS,
  ...HEADERS,
];
