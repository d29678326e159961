/**
 * Who calls: the columns of the table of who may call what. `colleague` is another mechanic of the same shop; `customer`
 * and `mechanic` are those whose resource it is.
 */
export const CALLERS = [
  "guest",
  "customer",
  "mechanic",
  "colleague",
  "foreign_mechanic",
  "admin",
  "foreign_admin",
  "platform_admin",
] as const;
export type Caller = (typeof CALLERS)[number];

/** What a caller gets: `allowed`, or the status of the refusal. */
export type Permission = "allowed" | 401 | 403 | 404;

/** What each caller of an endpoint gets: a row of the table. */
export type Permissions = Readonly<Record<Caller, Permission>>;

const everyone = (permission: Permission): Permissions => ({
  guest: permission,
  customer: permission,
  mechanic: permission,
  colleague: permission,
  foreign_mechanic: permission,
  admin: permission,
  foreign_admin: permission,
  platform_admin: permission,
});

/** Staff of another shop get 404: its things do not exist for them. */
const FOREIGN = { foreign_mechanic: 404, foreign_admin: 404 } as const;
const ADMINS = { admin: "allowed", platform_admin: "allowed" } as const;

export const ANYONE = everyone("allowed");
export const SIGNED_IN: Permissions = { ...ANYONE, guest: 401 };
export const STAFF_OF_ANY_SHOP: Permissions = { ...SIGNED_IN, customer: 403 };
export const ADMIN: Permissions = { ...everyone(403), guest: 401, ...FOREIGN, ...ADMINS };
export const MECHANIC_OR_ADMIN: Permissions = { ...ADMIN, mechanic: "allowed" };
export const STAFF: Permissions = { ...MECHANIC_OR_ADMIN, colleague: "allowed" };
export const PLATFORM_ADMIN: Permissions = { ...everyone(403), guest: 401, platform_admin: "allowed" };

/** Those whom a booking concerns; for all others it does not exist. A guest has its manage token, or gets 401. */
export const CONCERNED: Permissions = {
  ...everyone(404),
  ...ADMINS,
  guest: 401,
  customer: "allowed",
  mechanic: "allowed",
};
/** The staff whom a booking concerns. Its customer may see it, but not do this. */
export const CONCERNED_STAFF: Permissions = { ...CONCERNED, customer: 403 };
