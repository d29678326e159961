import type { Language } from "../catalog/language.ts";
import type { Notice, NotificationKind } from "./notice.ts";
import { formatMoment, formatSpan } from "./times.ts";

/** The texts of one language. */
interface Texts {
  readonly subject: Readonly<Record<NotificationKind, string>>;
  readonly greeting: (name: string) => string;
  readonly news: Readonly<Record<NotificationKind, string>>;
  /** Instead of `news` when the shop, not the customer, has cancelled. */
  readonly cancelledByShop: string;
  readonly service: string;
  readonly mechanic: string;
  readonly when: string;
  readonly before: string;
  readonly reference: string;
  readonly manage: string;
  readonly colon: string;
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    subject: {
      booking_confirmed: "Your appointment is confirmed",
      booking_rescheduled: "Your appointment has been moved",
      booking_cancelled: "Your appointment has been cancelled",
    },
    greeting: (name) => `Dear ${name},`,
    news: {
      booking_confirmed: "Your appointment is confirmed. We look forward to seeing you.",
      booking_rescheduled: "Your appointment has been moved. This is the new time:",
      booking_cancelled: "Your appointment has been cancelled. It was:",
    },
    cancelledByShop: "We are sorry: we had to cancel your appointment. It was:",
    service: "Service",
    mechanic: "With",
    when: "When",
    before: "Before",
    reference: "Reference",
    manage: "Change or cancel",
    colon: ": ",
  },
  "zh-Hant": {
    subject: {
      booking_confirmed: "預約確認",
      booking_rescheduled: "預約改期通知",
      booking_cancelled: "預約取消通知",
    },
    greeting: (name) => `${name} 您好：`,
    news: {
      booking_confirmed: "您的預約已確認，期待您的光臨。",
      booking_rescheduled: "您的預約已改期，新的時間如下：",
      booking_cancelled: "您的預約已取消，原預約內容如下：",
    },
    cancelledByShop: "很抱歉，本店不得不取消您的預約，原預約內容如下：",
    service: "服務項目",
    mechanic: "服務人員",
    when: "時間",
    before: "原時間",
    reference: "預約編號",
    manage: "更改或取消預約",
    colon: "：",
  },
};

/** Subject and body of a mail. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail's content in the customer's language, with the shop's wall time. Names must have no line breaks. */
export function mailContent(notice: Notice, manageUrl: string | null): MailContent {
  const { language, zone, kind, shopName } = notice;
  const texts = TEXTS[language];
  const byShop = kind === "booking_cancelled" && notice.status === "cancelled_by_shop";
  const news = byShop ? texts.cancelledByShop : texts.news[kind];
  const rows: [string, string][] = [
    [texts.service, notice.serviceName],
    [texts.mechanic, notice.mechanicName],
    [texts.when, formatSpan(language, zone, notice.start, notice.end)],
  ];
  if (notice.previousStart !== null) {
    rows.push([texts.before, formatMoment(language, zone, notice.previousStart)]);
  }
  rows.push([texts.reference, notice.bookingId]);
  const greeting = texts.greeting(notice.customer.name);
  return {
    subject: subjectOf(texts, notice),
    text: [
      greeting,
      news,
      rows.map(([name, value]) => `${name}${texts.colon}${value}`).join("\n"),
      ...(manageUrl === null ? [] : [`${texts.manage}${texts.colon}${manageUrl}`]),
      shopName,
    ].join("\n\n"),
    html: toHtml(language, {
      greeting,
      news,
      rows,
      shopName,
      link: manageUrl === null ? null : [texts.manage, manageUrl],
    }),
  };
}

function subjectOf(texts: Texts, { kind, shopName, language, zone, start }: Notice): string {
  return [texts.subject[kind], formatMoment(language, zone, start), shopName].join(" · ");
}

interface Body {
  readonly greeting: string;
  readonly news: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly shopName: string;
  /** Text and address. */
  readonly link: readonly [string, string] | null;
}

function toHtml(language: Language, { greeting, news, rows, shopName, link }: Body): string {
  const table = rows.map(
    ([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return [
    `<div lang="${language}">`,
    `<p>${escapeHtml(greeting)}</p>`,
    `<p>${escapeHtml(news)}</p>`,
    `<table cellpadding="4">${table.join("")}</table>`,
    ...(link ? [`<p><a href="${escapeHtml(link[1])}">${escapeHtml(link[0])}</a></p>`] : []),
    `<p>${escapeHtml(shopName)}</p>`,
    "</div>",
  ].join("\n");
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
