/** The words of the weekly digest, from the data at the time it is sent. */
import { type Day, daysBetween, startInUtc } from "../../shared/day.ts";
import { isolated, isolatedIn } from "../../shared/foreign-text.ts";
import { ownerMe } from "../../shared/filters.ts";
import { activationWindowDays } from "../../shared/lifecycle.ts";
import type { NotificationScope } from "../../shared/notifications.ts";
import { type DigestRow, type DigestSection, type ListedSection, readDigest } from "../database/queries/digest.ts";
import { readNotificationSettings } from "../database/queries/notifications.ts";
import { localDay } from "../domain/notification-times.ts";
import type { Letter, LetterItem } from "./letter/letter.ts";
import { frame, type NoticeContext } from "./notice-context.ts";
import { readView } from "./plan/view-matches.ts";

/** An empty digest is sent too, because silence would look like a fault. Null: the digest has been turned off. */
export async function composeDigest(ctx: NoticeContext, target: string): Promise<Letter | null> {
  const { db, publicUrl } = ctx;
  const settings = await readNotificationSettings(db, target);
  if (!settings?.weekly) return null;
  const now = ctx.now();
  const scope = await scopeOf(ctx, target, settings.weekly.scope);
  const today = localDay(settings.zone, now);
  const digest = await readDigest(db, scope.filters, { now, today });
  const item = (section: DigestSection, words: ItemWords): LetterItem[] =>
    section.count === 0 ? [] : [itemOf(section, words, publicUrl)];
  const items = [
    ...item(digest.stuck, {
      title: (count) => counted(count, "purchase is not activated", "purchases are not activated"),
      text: `Bought more than a day ago. Microsoft cancels purchases that are not activated within ${activationWindowDays} days.`,
      valueOf: ({ purchasedAt }) => (purchasedAt ? `Bought ${dayInWords(localDay(settings.zone, purchasedAt))}` : ""),
      link: linkOf(digest.stuck, target),
    }),
    ...item(digest.ending, {
      title: (count) => counted(count, "term ends in the next 30 days", "terms end in the next 30 days"),
      text: "Only the customer can turn on auto-renewal.",
      valueOf: ({ termEndsOn, autoRenews }) =>
        `${renewalWords(autoRenews)} ${termEndsOn ? dayInWords(termEndsOn) : ""}`.trim(),
      link: linkOf(digest.ending, target),
    }),
    ...item(digest.trials, {
      title: (count) => counted(count, "trial ends in the next 30 days", "trials end in the next 30 days"),
      text: "When a trial ends, Microsoft starts to bill it if auto-renewal is on.",
      valueOf: ({ termEndsOn, autoRenews }) =>
        `${autoRenews === false ? "Ends" : "Billed from"} ${termEndsOn ? dayInWords(termEndsOn) : ""}`.trim(),
      link: linkOf(digest.trials, target),
    }),
    ...item(digest.falling, {
      title: (count) => counted(count, "subscription has fewer seats", "subscriptions have fewer seats"),
      text: "Compared with a week ago.",
      valueOf: ({ seats }) => (seats ? `${seats.from} to ${seats.to} seats` : ""),
      link: { label: "Open all changes of seats", path: "/activity?topic=seats" },
    }),
    ...item(digest.drifted, {
      title: (count) => counted(count, "subscription was out of sync", "subscriptions were out of sync"),
      text: "Reconciliation found values that differed from Microsoft's this week.",
      valueOf: () => "Out of sync",
      link: { label: "Open reconciliation", path: "/settings/reconcile" },
    }),
  ];
  const nothing = "No stuck purchases, no terms or trials about to end, no lost seats, and nothing out of sync.";
  return {
    ...frame(ctx, target),
    subject: `Weekly digest: ${items.length === 0 ? "nothing to report" : items.map(({ title }) => title).join(", ")}`,
    preheader: items.length === 0 ? nothing : scope.words,
    heading: "Weekly digest",
    paragraphs: [isolatedIn(scope.words), ...(items.length === 0 ? [nothing] : [])],
    facts: digest.secrets.map(({ app, kind, endsOn }) => ({
      label: `${app === "landing" ? "Landing page" : "Fulfillment"} app's ${kind}`,
      value: expiryWords(today, endsOn),
    })),
    items,
    button: { label: "Open Marketdesk", href: `${publicUrl}/overview` },
  };
}

async function scopeOf({ db }: NoticeContext, target: string, scope: NotificationScope) {
  if (scope === "all") return { filters: {}, words: "Of all subscriptions." };
  if (scope === "mine") {
    return { filters: { owner: target }, words: "Of the subscriptions that you own." };
  }
  const view = await readView(db, scope.viewId, target);
  return view === null
    ? { filters: {}, words: "Of all subscriptions, because your view no longer exists." }
    : { filters: view.filters, words: `Of the view “${isolated(view.name)}”.` };
}

type ItemWords = {
  title: (count: number) => string;
  text: string;
  valueOf: (row: DigestRow) => string;
  link: SectionLink | null;
};
type SectionLink = { label: string; path: string };

/** The list of what was counted. */
function linkOf({ list }: ListedSection, target: string): SectionLink | null {
  if (list === null) return null;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...list, owner: list.owner === target ? ownerMe : list.owner })) {
    if (value !== undefined) query.set(name, String(value));
  }
  return { label: "Open list", path: `/subscriptions?${query}` };
}

function itemOf(
  { count, rows }: DigestSection,
  { title, text, valueOf, link }: ItemWords,
  publicUrl: string,
): LetterItem {
  const hidden = count - rows.length;
  return {
    title: title(count),
    facts: rows.map((row) => ({ label: isolated(row.name), value: valueOf(row) })),
    text: hidden > 0 ? `${hidden} more. ${text}` : text,
    links: link === null ? [] : [{ label: link.label, href: publicUrl + link.path }],
    isUrgent: false,
  };
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

function renewalWords(autoRenews: boolean | null): string {
  if (autoRenews === null) return "Ends";
  return autoRenews ? "Renews" : "Ends without renewal";
}

function expiryWords(today: Day, endsOn: Day): string {
  const left = daysBetween(today, endsOn);
  if (left < 0) return `Expired ${dayInWords(endsOn)}`;
  return `Expires ${dayInWords(endsOn)} (${left === 0 ? "today" : left === 1 ? "in 1 day" : `in ${left} days`})`;
}

function dayInWords(day: Day): string {
  return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", dateStyle: "medium" }).format(startInUtc(day));
}
