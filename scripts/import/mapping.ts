import { readFile } from "node:fs/promises";
import { z } from "zod";
import { bookingBody } from "../../functions/src/bookings/booking-request.ts";
import { idSchema } from "../../functions/src/platform/http/fields.ts";
import { row, skipped, type Mapped } from "./problem.ts";
import { UnusableFile } from "./source-file.ts";

export const customerFields = bookingBody.shape.customer;
export type ImportedCustomer = z.output<typeof customerFields>;

/** The file of `--map`: ids of the source system and what they are here. */
const mappingSchema = z.strictObject({
  mechanics: z.record(z.string(), idSchema).default({}),
  services: z.record(z.string(), idSchema).default({}),
  customers: z.record(z.string(), customerFields).default({}),
});
export type Mapping = z.output<typeof mappingSchema>;

export const NO_MAPPING: Mapping = mappingSchema.parse({});

export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UnusableFile(`${path} cannot be read: ${(error as Error).message}`);
  });
  const read = z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch (error) {
        context.addIssue({ code: "custom", message: (error as Error).message });
        return z.NEVER;
      }
    })
    .pipe(mappingSchema)
    .safeParse(text);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path: at, message }) =>
    [at.join("."), message].filter(Boolean).join(": "),
  );
  throw new UnusableFile(`${path} is not a mapping: ${issues.join("; ")}`);
}

/** What the shop lacks and the import creates. */
interface Missing {
  readonly mechanics: readonly string[];
  /** With the lengths of their appointments in minutes. */
  readonly services: ReadonlyMap<string, ReadonlySet<number>>;
}

/** The ids of the shop's mechanics and services, and those that the import creates. */
export class ShopIds {
  #newMechanics = new Set<string>();
  #newServices = new Map<string, Set<number>>();
  readonly #mechanics: Set<string>;
  readonly #services: Set<string>;

  constructor(
    private readonly mapping: Mapping,
    known: { readonly mechanics: Iterable<string>; readonly services: Iterable<string> },
    /** Whether what the shop lacks is created. */
    private readonly create: boolean,
  ) {
    this.#mechanics = new Set(known.mechanics);
    this.#services = new Set(known.services);
  }

  mechanic(source: string): Mapped<string> {
    const id = idOf(source, this.mapping.mechanics);
    if (id.kind !== "row" || this.#mechanics.has(id.value)) return id;
    if (!this.create) return unknown("mechanic", id.value);
    this.#newMechanics.add(id.value);
    return id;
  }

  service(source: string, durationMinutes: number): Mapped<string> {
    const id = idOf(source, this.mapping.services);
    if (id.kind !== "row" || this.#services.has(id.value)) return id;
    if (!this.create) return unknown("service", id.value);
    const durations = this.#newServices.get(id.value) ?? new Set();
    this.#newServices.set(id.value, durations.add(durationMinutes));
    return id;
  }

  /** Returns what was missing since the last call; from here on the shop has it. */
  takeMissing(): Missing {
    const missing = { mechanics: [...this.#newMechanics], services: this.#newServices };
    for (const id of missing.mechanics) this.#mechanics.add(id);
    for (const id of missing.services.keys()) this.#services.add(id);
    this.#newMechanics = new Set();
    this.#newServices = new Map();
    return missing;
  }

  /** The customer whom the mapping names, else the one that the source describes. */
  customer(source: string, described: Partial<ImportedCustomer>): Mapped<ImportedCustomer> {
    const mapped = own(this.mapping.customers, source);
    if (mapped) return row(mapped);
    const name = described.name ?? (this.create ? `Customer ${source}` : undefined);
    if (name === undefined) return skipped("unknown_customer", `Nothing names the customer ${source}.`);
    const read = customerFields.safeParse({ ...described, name });
    if (read.success) return row(read.data);
    const issue = read.error.issues[0];
    return skipped("invalid_value", issue?.message, `customer.${issue?.path.join(".")}`);
  }
}

/** The id here: the mapped one, else the source's own. */
function idOf(source: string, mapped: Readonly<Record<string, string>>): Mapped<string> {
  const id = own(mapped, source) ?? source;
  if (idSchema.safeParse(id).success) return row(id);
  return skipped("invalid_value", `${JSON.stringify(source)} cannot be an id here: name another with --map.`);
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknown(what: "mechanic" | "service", id: string) {
  return skipped(`unknown_${what}`, `The shop has no ${what} ${id}: map it with --map, or --create it.`);
}
