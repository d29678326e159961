/** The languages of mails to customers, as BCP 47 tags. */
export const LANGUAGES = ["en", "zh-Hant"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language to use for a BCP 47 tag: Traditional Chinese for any Chinese, English for everything else. */
export function languageFor(tag: string): Language {
  return /^zh(-|$)/i.test(tag) ? "zh-Hant" : "en";
}
