// npm run grant: gives a user a role, in the running Auth emulator or in a live project.
import { applicationDefault, initializeApp } from "firebase-admin/app";
import { getAuth, type Auth } from "firebase-admin/auth";
import { InvalidArgumentError, Option } from "commander";
import { grantRole, type Grant, type GrantResult } from "./grant/grant-role.ts";
import { describeCommand, documentId, giveUp, projectId, shopOrAll } from "./support/cli.ts";
import { DEFAULT_AUTH_HOST, LOCAL_PROJECT } from "./support/local-project.ts";
import { isReachable } from "./support/reachable.ts";
import { ROLES, type Role } from "./support/token.ts";

interface GrantOptions {
  email: string;
  role: Role;
  shop?: string;
  mechanic?: string;
  create: boolean;
  project?: string;
}

const program = describeCommand("grant", "Gives a user a role: admin or mechanic of a shop, or none.")
  .requiredOption("--email <address>", "whose role", emailAddress)
  .addOption(new Option("--role <role>", "`customer` takes a role away").choices(ROLES).makeOptionMandatory())
  .option("--shop <id>", "the shop the role holds in; '*' makes an admin of the platform", shopOrAll)
  .option("--mechanic <id>", "which mechanic of the shop the user is", documentId)
  .option("--create", "create the user if there is none", false)
  .option(
    "--project <id>",
    "a live project, with application default credentials (default: the emulator)",
    projectId,
  )
  .parse();
const options = program.opts<GrantOptions>();
const grant = toGrant(options);
const auth = await connect(options.project);
const result = await grantRole(auth, grant).catch((error: unknown) =>
  giveUp(error instanceof Error ? error.message : String(error)),
);
console.log(report(result));
process.exitCode = result.kind === "granted" ? 0 : 1;

function toGrant({ email, role, shop, mechanic, create }: GrantOptions): Grant {
  if (role !== "customer" && shop === undefined) program.error(`error: a role of ${role} needs --shop`);
  if (role === "customer" && shop !== undefined) program.error("error: a customer has no --shop");
  if (shop === "*" && role !== "admin") program.error("error: --shop '*' goes with --role admin only");
  if (role === "mechanic" && mechanic === undefined) program.error("error: --role mechanic needs --mechanic");
  if (role !== "mechanic" && mechanic !== undefined)
    program.error("error: --mechanic goes with --role mechanic only");
  return { email, role, shopId: shop ?? null, mechanicId: mechanic ?? null, create };
}

async function connect(project: string | undefined): Promise<Auth> {
  if (project !== undefined) {
    // An explicit --project means the live project, even if the shell is set up for the emulator.
    delete process.env.FIREBASE_AUTH_EMULATOR_HOST;
    return getAuth(initializeApp({ projectId: project, credential: applicationDefault() }));
  }
  const host = (process.env.FIREBASE_AUTH_EMULATOR_HOST ||= DEFAULT_AUTH_HOST);
  if (!(await isReachable(host))) {
    giveUp(
      `no Auth emulator answers at ${host}: start one (npm start), set FIREBASE_AUTH_EMULATOR_HOST, or name a live project with --project`,
    );
  }
  return getAuth(initializeApp({ projectId: LOCAL_PROJECT }));
}

function report(granted: GrantResult): string {
  const where = options.project ?? "the Auth emulator";
  if (granted.kind === "no_such_user")
    return `there is no user ${grant.email} in ${where}; --create creates one`;
  const { uid, changed, passwordLink } = granted;
  const who = `${grant.email} (uid ${uid})`;
  return [
    ...(passwordLink === null ? [] : [`created ${who} in ${where}; they set a password at ${passwordLink}`]),
    changed
      ? `${who} is now ${roleInWords()} in ${where}`
      : `${who} already was ${roleInWords()} in ${where}`,
    ...(changed && passwordLink === null ? ["Earlier tokens are revoked: the user signs in again."] : []),
  ].join("\n");
}

function roleInWords(): string {
  const { role, shopId, mechanicId } = grant;
  if (role === "customer") return "a customer";
  if (role === "mechanic") return `mechanic ${mechanicId} of shop ${shopId}`;
  return shopId === "*" ? "admin of every shop" : `admin of shop ${shopId}`;
}

function emailAddress(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new InvalidArgumentError("Expected an e-mail address.");
}
