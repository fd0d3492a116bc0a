/** The pages of the main navigation, in order. On a phone, those that are not primary are behind "More". `vite.config.ts` writes their names into the first paint too. */
export const navigation = [
  { to: "/", label: "Needs attention", isPrimary: true },
  { to: "/subscriptions", label: "Subscriptions", isPrimary: true },
  { to: "/customers", label: "Customers", isPrimary: true },
  { to: "/operations", label: "Operations", isPrimary: true },
  { to: "/planned", label: "Planned changes", isPrimary: false },
  { to: "/deliveries", label: "Webhooks", isPrimary: false },
  { to: "/usage", label: "Usage", isPrimary: false },
  { to: "/activity", label: "Activity", isPrimary: false },
  { to: "/overview", label: "Overview", isPrimary: false },
  { to: "/settings", label: "Settings", isPrimary: false },
] as const;

export type NavigationItem = (typeof navigation)[number];
