import { z } from "zod";
import { GLOSSARY } from "./glossary.ts";

/** Returns the headers of an answer, described by their names. */
export function headerFields(headers: Readonly<Record<string, z.ZodType>>): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(headers).map(([name, schema]) => {
        const means = GLOSSARY[name]?.means;
        if (means === undefined) throw new Error(`the glossary does not have the header ${name}`);
        return [name, schema.meta({ header: { description: means } })];
      }),
    ),
  );
}
