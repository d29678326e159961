/** The part of autocannon's programmatic interface that the bench uses. */
declare module "autocannon" {
  interface Result {
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
  }
  interface Run extends Promise<Result> {
    on(
      event: "response",
      listener: (client: unknown, statusCode: number, bytes: number, milliseconds: number) => void,
    ): void;
  }
  interface Client {
    /** What this connection asks for, over and over, instead of the URL's path. */
    setRequests(requests: readonly { path: string }[]): void;
  }
  /** `duration` in seconds; with `amount`, that many requests instead. */
  export default function autocannon(options: {
    url: string;
    connections: number;
    duration?: number;
    amount?: number;
    timeout?: number;
    headers?: Readonly<Record<string, string>>;
    setupClient?: (client: Client) => void;
  }): Run;
}
