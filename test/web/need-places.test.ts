import { expect, test } from "vitest";
import { needPlaceRoles } from "../../shared/need-places.ts";
import { settingsSections } from "../../web/pages/settings/settings-sections.ts";

test("a need leads to a page only for those who see the page among the settings", () => {
  const links = new Map<string, string>(
    settingsSections.flatMap((section) => section.links.map(({ to, role }) => [to, role] as const)),
  );
  const ofSettings = Object.entries(needPlaceRoles).filter(([place]) => place.startsWith("/settings/"));
  for (const [place, role] of ofSettings) expect([place, links.get(place)]).toEqual([place, role]);
});
