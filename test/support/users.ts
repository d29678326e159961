import type { User, UserDirectory } from "../../functions/src/management/access/users.ts";
import type { Clock } from "../../functions/src/platform/scope.ts";

interface Account extends User {
  readonly email: string;
  readonly customClaims?: Readonly<Record<string, unknown>>;
  readonly disabled: boolean;
  readonly tokensValidAfterTime: string;
}

/** The users of Firebase Auth, in memory. */
export class TestUsers implements UserDirectory {
  readonly #accounts = new Map<string, Account>();

  constructor(private readonly clock: Clock) {}

  add(uid: string, customClaims: Account["customClaims"] = {}): void {
    const epoch = new Date(0).toUTCString();
    const email = `${uid}@example.com`;
    this.#accounts.set(uid, { uid, email, customClaims, disabled: false, tokensValidAfterTime: epoch });
  }

  claimsOf(uid: string): Account["customClaims"] {
    return this.#accounts.get(uid)?.customClaims;
  }

  getUser(uid: string): Promise<Account> {
    return found(this.#accounts.get(uid));
  }

  getUserByEmail(email: string): Promise<Account> {
    return found([...this.#accounts.values()].find((account) => account.email === email));
  }

  async setCustomUserClaims(uid: string, claims: object): Promise<void> {
    this.#accounts.set(uid, { ...(await this.getUser(uid)), customClaims: { ...claims } });
  }

  /** As Firebase does, in whole seconds. */
  async revokeRefreshTokens(uid: string): Promise<void> {
    const tokensValidAfterTime = new Date(this.clock.now()).toUTCString();
    this.#accounts.set(uid, { ...(await this.getUser(uid)), tokensValidAfterTime });
  }
}

function found(account: Account | undefined): Promise<Account> {
  const missing = Object.assign(new Error("There is no such user."), { code: "auth/user-not-found" });
  return account ? Promise.resolve(account) : Promise.reject(missing);
}
