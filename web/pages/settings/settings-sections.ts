/** Every page of the settings, in the order of the navigation. Those that a role may not open are not shown to it. */
import type { Role } from "../../../shared/roles.ts";

export type SettingsLink = {
  to: string;
  label: string;
  /** What is decided or found there, for the first page of the settings. */
  note: string;
  /** The least role that may open it. */
  role: Role;
};

export const settingsSections = [
  {
    title: "Microsoft",
    links: [
      {
        to: "/settings/connection",
        label: "Connection",
        note: "Account, tenant, app, token and webhook, each asked now, with the remedy where one is wrong.",
        role: "operator",
      },
      {
        to: "/settings/reconcile",
        label: "Reconcile",
        note: "The comparisons of our record with Microsoft's, and every difference that was found.",
        role: "viewer",
      },
      {
        to: "/settings/rules",
        label: "Change rules",
        note: "Which changes of plan and seats by customers are accepted, for each offer and plan.",
        role: "viewer",
      },
    ],
  },
  {
    title: "Product",
    links: [
      {
        to: "/settings/activation",
        label: "Activation",
        note: "When a purchase is activated: at once, by staff, or when your product says that it is provisioned.",
        role: "viewer",
      },
      {
        to: "/settings/api-keys",
        label: "API keys",
        note: "Keys with which your own product follows every change and confirms what it has set up.",
        role: "admin",
      },
    ],
  },
  {
    title: "Customers",
    links: [
      {
        to: "/settings/branding",
        label: "Branding",
        note: "Name, logo and colour of the landing page, whom it names for questions, and what happens next.",
        role: "viewer",
      },
      {
        to: "/settings/retention",
        label: "Retention",
        note: "For how long raw deliveries, calls and contacts of ended subscriptions are kept.",
        role: "viewer",
      },
      {
        to: "/settings/people",
        label: "Personal data",
        note: "Export or erase everything that is kept about one person.",
        role: "admin",
      },
    ],
  },
  {
    title: "People",
    links: [
      {
        to: "/settings/reasons",
        label: "Reasons",
        note: "What staff choose from when they change, refuse or cancel something.",
        role: "viewer",
      },
      {
        to: "/settings/cancellations",
        label: "Cancellations",
        note: "Whether a cancellation waits for a second person.",
        role: "viewer",
      },
      {
        to: "/settings/security",
        label: "Security",
        note: "Where you are signed in, and which requests were refused.",
        role: "viewer",
      },
      {
        to: "/settings/policy-changes",
        label: "Policy changes",
        note: "Changes that weaken a protective policy, waiting for a second admin.",
        role: "viewer",
      },
      {
        to: "/settings/staff",
        label: "Staff",
        note: "Everyone who has signed in, their role, and shutting someone out at once.",
        role: "admin",
      },
    ],
  },
] as const satisfies { title: string; links: SettingsLink[] }[];
