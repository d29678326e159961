/** Verifies an App Check token: whether it is valid. Throws errors that are not about the token. */
export type VerifyAppCheck = (token: string) => Promise<boolean>;

interface AppCheckTokens {
  verifyToken(token: string): Promise<unknown>;
}

const ABOUT_THE_TOKEN: ReadonlySet<unknown> = new Set([
  "app-check/invalid-argument",
  "app-check/app-check-token-expired",
]);

/** Verifies tokens with the Admin SDK: signature, project and expiry. */
export function firebaseAppCheckVerifier(appCheck: () => AppCheckTokens): VerifyAppCheck {
  return async (token) => {
    try {
      await appCheck().verifyToken(token);
      return true;
    } catch (error) {
      if (ABOUT_THE_TOKEN.has((error as { code?: unknown } | null)?.code)) return false;
      throw error;
    }
  };
}
