/** The languages that customers can be written to in, as BCP 47 tags. */
export const LANGUAGES = ["en", "zh-Hant"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language nearest to a BCP 47 tag: any Chinese is Traditional Chinese here, everything else English.
 */
export function languageFor(tag: string): Language {
  return /^zh(-|$)/i.test(tag) ? "zh-Hant" : "en";
}
