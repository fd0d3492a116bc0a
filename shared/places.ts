/** What addresses of the dashboard begin with. For any other the server says 404, though the page that it sends says so nicely. */
export const placesOfDesk = [
  "subscriptions",
  "bulk",
  "operations",
  "deliveries",
  "activity",
  "overview",
  "settings",
] as const;

export function isPlaceOfDesk(path: string): boolean {
  const [, first = ""] = path.split("/");
  return first === "" || (placesOfDesk as readonly string[]).includes(first);
}
