/** The first path segments of the dashboard. For any other the server responds with 404, and its page says so. */
export const dashboardPaths = [
  "subscriptions",
  "customers",
  "bulk",
  "operations",
  "deliveries",
  "planned",
  "usage",
  "activity",
  "overview",
  "act",
  "settings",
] as const;

export function isDashboardPath(path: string): boolean {
  const [, first = ""] = path.split("/");
  return first === "" || (dashboardPaths as readonly string[]).includes(first);
}
