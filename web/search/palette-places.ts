/** Pages, settings and saved views whose name begins with what is typed. */
import type { LinkOptions } from "@tanstack/react-router";
import { normalizeText } from "../../shared/normalize-text.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import type { SavedViewView } from "../../shared/views/subscriptions.ts";
import { readyMadeViews } from "../pages/subscriptions/ready-made-views.ts";
import { type SettingsLink, settingsSections } from "../pages/settings/settings-sections.ts";
import { navigation } from "../shell/navigation.ts";
import type { FoundOption } from "./found-options.tsx";
import type { FoundGroup } from "./search-results.tsx";

const maxPlaces = 6;

/** Whether each word of the text begins a word of the name. */
export function isNameMatch(name: string, text: string): boolean {
  const words = normalizeText(name).split(" ");
  return normalizeText(text)
    .split(" ")
    .filter(Boolean)
    .every((typed) => words.some((word) => word.startsWith(typed)));
}

export function placeGroups(text: string, role: Role, views: SavedViewView[]): FoundGroup[] {
  if (text.trim() === "") return [];
  const pages = navigation.map(({ to, label }): FoundOption => place(to, label, "Page"));
  const settings = settingsSections
    .flatMap(({ links }): readonly SettingsLink[] => links)
    .filter((link) => includesRole(role, link.role))
    .map(({ to, label }): FoundOption => place(to as LinkOptions["to"] & string, label, "Settings"));
  const saved = views.map(({ id, name, filters }): FoundOption => ({
    key: `view-${id}`,
    link: { to: "/subscriptions", search: filters },
    title: name,
    details: "Saved view",
    matched: null,
  }));
  const readyMade = readyMadeViews.map(({ name, filters }): FoundOption => ({
    key: `view-${name.toLowerCase().replaceAll(" ", "-")}`,
    link: { to: "/subscriptions", search: filters },
    title: name,
    details: "View of subscriptions",
    matched: null,
  }));
  const options = [...pages, ...settings, ...readyMade, ...saved]
    .filter(({ title }) => isNameMatch(title, text))
    .slice(0, maxPlaces);
  return options.length === 0 ? [] : [{ title: "Go to", noun: ["page", "pages"], options }];
}

function place(to: LinkOptions["to"] & string, label: string, details: string): FoundOption {
  return { key: `place-${to.replaceAll("/", "-")}`, link: { to }, title: label, details, matched: null };
}
