import { LOCAL_PROJECT } from "./local-project.ts";
import { claimsOf, type LocalUser } from "./token.ts";

/**
 * Makes the users known to the Auth emulator at `host` (`name:port`), replacing ones of the same id.
 * Resolves with false where no emulator answers.
 */
export async function registerUsers(host: string, users: readonly LocalUser[]): Promise<boolean> {
  const url = `http://${host}/identitytoolkit.googleapis.com/v1/projects/${LOCAL_PROJECT}/accounts:batchCreate`;
  const accounts = users.map((user) => ({
    localId: user.uid,
    email: user.email,
    emailVerified: true,
    customAttributes: JSON.stringify(claimsOf(user)),
  }));
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { authorization: "Bearer owner", "content-type": "application/json" },
      body: JSON.stringify({ users: accounts, allowOverwrite: true }),
    });
  } catch {
    return false;
  }
  if (!response.ok)
    throw new Error(`the Auth emulator at ${host} answered ${response.status}: ${await response.text()}`);
  return true;
}
