import { describe, expect, it } from "vitest";
import { millis, minutes, toMinutes } from "../engine/units.ts";
import { languageFor } from "../catalog/language.ts";
import { composeMail } from "./mail.ts";
import type { Notice } from "./notice.ts";

const minute = (text: string) => toMinutes(millis(Date.parse(text)));

const CONFIRMED: Notice = {
  kind: "booking_confirmed",
  bookingId: "b1",
  shopId: "garage",
  shopName: "Ada & Sons",
  zone: "America/New_York",
  serviceName: "Oil change",
  mechanicName: "Ada",
  start: minute("2026-01-19T14:00:00Z"),
  end: minute("2026-01-19T14:30:00Z"),
  previousStart: null,
  status: "confirmed",
  customer: { name: "陳小姐", email: "chen@example.com", phone: null },
  language: "en",
  manageTokenVersion: null,
  sequence: 0,
  happenedAt: millis(Date.parse("2026-01-12T12:00:00Z")),
};
const MOVED: Notice = {
  ...CONFIRMED,
  kind: "booking_rescheduled",
  previousStart: minute("2026-01-18T15:30:00Z"),
  sequence: 1,
};
const CANCELLED: Notice = {
  ...CONFIRMED,
  kind: "booking_cancelled",
  status: "cancelled_by_customer",
  sequence: 2,
};

const LINKS = { url: ({ id }: { id: string }) => `https://book.example/manage/${id}#token` };

function mailOf(notice: Notice) {
  const mail = composeMail(notice, LINKS);
  if (!mail) throw new Error("no mail");
  const [attachment] = mail.message.attachments;
  return { ...mail.message, to: mail.to, ics: attachment?.content ?? "", type: attachment?.contentType };
}

describe("a confirmation", () => {
  it("states in English the service, the mechanic and the shop's wall time", () => {
    const { to, subject, text } = mailOf(CONFIRMED);
    expect(to).toEqual(["chen@example.com"]);
    expect(subject).toBe("Your appointment is confirmed · Monday, January 19, 2026 9:00 AM · Ada & Sons");
    expect(text).toBe(
      [
        "Dear 陳小姐,",
        "",
        "Your appointment is confirmed. We look forward to seeing you.",
        "",
        "Service: Oil change",
        "With: Ada",
        "When: Monday, January 19, 2026 9:00 AM – 9:30 AM (Eastern Standard Time)",
        "Reference: b1",
        "",
        "Ada & Sons",
      ].join("\n"),
    );
  });

  it("states the same in Traditional Chinese", () => {
    const { subject, text } = mailOf({ ...CONFIRMED, language: "zh-Hant", zone: "Asia/Taipei" });
    expect(subject).toBe("預約確認 · 2026年1月19日 星期一 晚上10:00 · Ada & Sons");
    expect(text).toContain(
      "陳小姐 您好：\n\n您的預約已確認，期待您的光臨。\n\n服務項目：Oil change\n服務人員：Ada",
    );
    expect(text).toContain("時間：2026年1月19日 星期一 晚上10:00 – 晚上10:30 (台北標準時間)");
  });

  it("has the manage link for a guest, in the text and in the HTML", () => {
    const { text, html } = mailOf({ ...CONFIRMED, manageTokenVersion: 1 });
    expect(text).toContain("\n\nChange or cancel: https://book.example/manage/b1#token\n\nAda & Sons");
    expect(html).toContain('<p><a href="https://book.example/manage/b1#token">Change or cancel</a></p>');
    const chinese = mailOf({ ...CONFIRMED, manageTokenVersion: 1, language: "zh-Hant" });
    expect(chinese.text).toContain("更改或取消預約：https://book.example/manage/b1#token");
  });

  it("has no manage link when the booking is cancelled", () => {
    expect(mailOf({ ...CANCELLED, manageTokenVersion: 1 }).text).not.toContain("/manage/");
  });

  it("names the other date when the appointment ends after midnight", () => {
    const { text } = mailOf({
      ...CONFIRMED,
      start: minute("2026-01-20T04:45:00Z"),
      end: minute("2026-01-20T05:15:00Z"),
    });
    expect(text).toContain("Monday, January 19, 2026 11:45 PM – Tuesday, January 20, 2026 12:15 AM");
  });

  it.each([
    [
      "en",
      "2027-11-07T01:30:00-04:00",
      60,
      "Sunday, November 7, 2027 1:30 AM (Eastern Daylight Time) – 1:30 AM (Eastern Standard Time)",
    ],
    [
      "en",
      "2027-03-14T01:30:00-05:00",
      120,
      "Sunday, March 14, 2027 1:30 AM (Eastern Standard Time) – 4:30 AM (Eastern Daylight Time)",
    ],
    [
      "zh-Hant",
      "2027-11-07T01:30:00-04:00",
      60,
      "2027年11月7日 星期日 凌晨1:30 (東部夏令時間) – 凌晨1:30 (東部標準時間)",
    ],
  ] as const)(
    "names the zone of either end when the clock changes in between: %s, %s",
    (language, from, length, when) => {
      const start = minute(from);
      expect(mailOf({ ...CONFIRMED, language, start, end: minutes(start + length) }).text).toContain(when);
    },
  );

  it("is not made for a customer without an address", () => {
    expect(composeMail({ ...CONFIRMED, customer: { ...CONFIRMED.customer, email: null } }, LINKS)).toBeNull();
  });

  it("escapes names in its HTML, and has a subject of one line", () => {
    const { html, subject } = mailOf({
      ...CONFIRMED,
      shopName: "A\r\nBcc: x@example.com",
      customer: { ...CONFIRMED.customer, name: '<img src="x">' },
    });
    expect(html).toContain("Dear &lt;img src=&quot;x&quot;&gt;,");
    expect(html).not.toContain("<img");
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it("keeps every name in its text on one line", () => {
    const name = "Ada\r\n\nYour appointment is cancelled.\u2028\u0085Call";
    const { text, html } = mailOf({
      ...CONFIRMED,
      customer: { ...CONFIRMED.customer, name },
      shopName: name,
    });
    expect(text.split("\n")[0]).toBe("Dear Ada Your appointment is cancelled. Call,");
    expect(text).toMatch(/\n\nAda Your appointment is cancelled. Call$/);
    expect(html).toContain("<p>Dear Ada Your appointment is cancelled. Call,</p>");
  });
});

describe("another notification", () => {
  it("states both times of a move", () => {
    const { subject, text } = mailOf(MOVED);
    expect(subject).toMatch(/^Your appointment has been moved/);
    expect(text).toContain("Before: Sunday, January 18, 2026 10:30 AM");
    expect(mailOf({ ...MOVED, language: "zh-Hant" }).text).toContain(
      "原時間：2026年1月18日 星期日 上午10:30",
    );
  });

  it("words a cancellation by the shop differently from one by the customer", () => {
    expect(mailOf(CANCELLED).text).toContain("Your appointment has been cancelled.");
    const byShop = { ...CANCELLED, status: "cancelled_by_shop" as const };
    expect(mailOf(byShop).text).toContain("We are sorry: we had to cancel your appointment.");
    expect(mailOf({ ...byShop, language: "zh-Hant" }).text).toContain("很抱歉");
  });
});

describe("the calendar file", () => {
  it("names the shop as its organizer, at an address that cannot exist", () => {
    const organizer = (shopName: string) =>
      /^ORGANIZER.*$/m.exec(mailOf({ ...CONFIRMED, shopName }).ics.replaceAll("\r\n ", ""))?.[0].trim();
    expect(organizer("陳記車行")).toBe('ORGANIZER;CN="陳記車行":mailto:noreply@slotbay.invalid');
    expect(organizer('"A"\r\n & Sons')).toBe(`ORGANIZER;CN="'A' & Sons":mailto:noreply@slotbay.invalid`);
  });

  it("is in UTC, whatever the shop's zone", () => {
    const { ics, type } = mailOf(CONFIRMED);
    expect(type).toBe("text/calendar; charset=utf-8; method=PUBLISH");
    expect(ics).toContain("DTSTART:20260119T140000Z");
    expect(ics).toContain("DTEND:20260119T143000Z");
    expect(ics).toContain("DTSTAMP:20260112T120000Z");
    expect(ics).not.toContain("TZID");
  });

  it("keeps the appointment's UID while its sequence increases, and cancels it in the end", () => {
    const files = [CONFIRMED, MOVED, CANCELLED].map((notice) => mailOf(notice).ics);
    const field = (name: string) => files.map((ics) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(ics)?.[1]);
    expect(new Set(field("UID")).size).toBe(1);
    expect(field("SEQUENCE")).toEqual(["0", "1", "2"]);
    expect(field("METHOD")).toEqual(["PUBLISH", "PUBLISH", "CANCEL"]);
    expect(field("STATUS")).toEqual(["CONFIRMED", "CONFIRMED", "CANCELLED"]);
  });
});

it.each([
  ["zh-TW", "zh-Hant"],
  ["zh-Hant-HK", "zh-Hant"],
  ["zh", "zh-Hant"],
  ["en-GB", "en"],
  ["fr", "en"],
  ["zhx", "en"],
])("writes to a customer who speaks %s in %s", (tag, language) => {
  expect(languageFor(tag)).toBe(language);
});
