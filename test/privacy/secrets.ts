/** Personal data and credentials that the requests of logs.test.ts carry. None of them may be logged. */
export const NAME = "Zoltana Quillfeather";
export const EMAIL = "zoltana.quillfeather@example.org";
export const PHONE = "+44 20 7946 0958";
export const NOTES = "allergic to marzipan";
export const REASON = "moving to Ulaanbaatar";
export const SESSION = "session-5f0c7e21-quartz";
export const OTHER_SESSION = "session-9b1d44aa-basalt";
export const KEY = "idempotency-key-of-zoltana-01";
export const BEARER = "forged.bearer-token.obsidian";
export const ADDRESS = "203.0.113.77";
export const ADDRESS_6 = "2001:db8:77:88:99:aa:bb:cc";
export const CUSTOMER = { name: NAME, email: EMAIL, phone: PHONE };

const TEXTS = [NAME, EMAIL, PHONE, NOTES, REASON, SESSION, OTHER_SESSION, KEY, BEARER, ADDRESS, ADDRESS_6];

/** The secrets as a log could contain them: in part, and as URLs, JSON and base64 encode them. */
export function traces(more: readonly string[]): string[] {
  const parts = ["Quillfeather", "quillfeather", "7946 0958", "marzipan", "Ulaanbaatar", "2001:db8:77:88"];
  const encoded = [...TEXTS, ...more].flatMap((text) => [
    text,
    encodeURIComponent(text),
    new URLSearchParams({ x: text }).toString().slice(2),
    Buffer.from(text).toString("base64url"),
  ]);
  return [...new Set([...parts, ...encoded])];
}
