// npm run token: prints a bearer token for the local stack on stdout, and nothing else there.
import { InvalidArgumentError, Option } from "commander";
import { documentId, describeCommand, shopOrAll } from "./support/cli.ts";
import { ROLES, unsignedIdToken, type LocalUser, type Role } from "./support/token.ts";

interface TokenOptions {
  role: Role;
  shop: string;
  mechanic?: string;
  uid?: string;
  email?: string;
}

const FIRST_DEMO_MECHANIC = "mechanic_1";

const program = describeCommand("token", "Prints an ID token that the local stack accepts for an hour.")
  .addOption(new Option("--role <role>", "whose token").choices(ROLES).makeOptionMandatory())
  .option("--shop <id>", "the shop the role holds in; '*' for an admin of every shop", shopOrAll, "default")
  .option("--mechanic <id>", `which mechanic the user is (default: ${FIRST_DEMO_MECHANIC})`, documentId)
  .option("--uid <uid>", "the user's id (default: local-ROLE, or local-mechanic-ID)", userId)
  .option("--email <address>", "the user's e-mail address (default: UID@example.com)")
  .parse();
const options = program.opts<TokenOptions>();
if (options.role !== "mechanic" && options.mechanic)
  program.error("error: --mechanic goes with --role mechanic only");
if (options.shop === "*" && options.role !== "admin")
  program.error("error: --shop '*' goes with --role admin only");

console.log(unsignedIdToken(toUser(options), Date.now()));

function toUser({ role, shop, mechanic = FIRST_DEMO_MECHANIC, uid, email }: TokenOptions): LocalUser {
  const mechanicId = role === "mechanic" ? mechanic : null;
  const id = uid ?? (mechanicId === null ? `local-${role}` : `local-${role}-${mechanicId}`);
  return { uid: id, role, shopId: shop, mechanicId, email: email ?? `${id}@example.com` };
}

/** Firebase allows any 1 to 128 characters. */
function userId(text: string): string {
  if (text.length >= 1 && text.length <= 128) return text;
  throw new InvalidArgumentError("Expected 1 to 128 characters.");
}
