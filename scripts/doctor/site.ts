const TIMEOUT_MS = 20_000;

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** When the request was sent and answered, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A deployed or local site, and the staff token to examine it with. */
export class Site {
  constructor(
    readonly url: string,
    readonly token: string | null,
  ) {}

  /** Whether the site runs on this machine, where no proxy of the platform is in front of it. */
  get isLocal(): boolean {
    return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(this.url).hostname);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<SiteAnswer> {
    const sentAt = Date.now();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${this.url}${path}`, { headers, signal, redirect: "manual" });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, sentAt, answeredAt: Date.now() };
  }

  /** Returns the answer to a member of staff. */
  getAsStaff(path: string, headers: Readonly<Record<string, string>> = {}): Promise<SiteAnswer> {
    return this.get(path, { ...headers, authorization: `Bearer ${this.token ?? ""}` });
  }
}
