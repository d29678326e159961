import type { z } from "zod";
import type { CreateDocumentOptions } from "zod-openapi";
import { countSchema, dateSchema, flagSchema, instantSchema } from "../platform/http/fields.ts";

/** How fields look on the wire whose schema is more than its JSON Schema can say. */
const WIRE_TYPES: ReadonlyMap<z.core.$ZodType, object> = new Map<z.core.$ZodType, object>([
  [flagSchema, { type: "boolean" }],
  [countSchema, { type: "integer", minimum: 1 }],
  [dateSchema, { type: "string", format: "date" }],
  [instantSchema, { type: "string", format: "date-time" }],
]);

type Override = NonNullable<CreateDocumentOptions["override"]>;

/** Corrects the JSON Schema that is generated from a zod schema. */
export const correctSchema: Override = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  const wireType = wireTypeOf(zodSchema);
  if (wireType) {
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
    Object.assign(jsonSchema, wireType);
  }
  // Zod omits the default of a field that it transforms.
  if (def.type === "default") jsonSchema.default ??= def.defaultValue as never;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  // A pattern in JSON Schema has no flags.
  if (ignoresCase(zodSchema)) delete jsonSchema.pattern;
};

/** The wire type of the schema, or of the one that it refines. */
function wireTypeOf(schema: z.core.$ZodType): object | undefined {
  const own = WIRE_TYPES.get(schema);
  const { parent } = schema._zod;
  return own ?? (parent && wireTypeOf(parent));
}

function ignoresCase({ _zod: { def } }: z.core.$ZodType): boolean {
  return (def.checks ?? []).some((check) => {
    const { pattern } = check._zod.def as { readonly pattern?: RegExp };
    return pattern?.flags.includes("i") ?? false;
  });
}
