/** All settings pages in the order of the navigation. Pages that need a higher role are hidden. */
import type { Role } from "../../../shared/roles.ts";

export type SettingsLink = {
  to: string;
  label: string;
  /** The purpose of the page; shown on the first settings page. */
  note: string;
  /** The minimum role. */
  role: Role;
};

export const settingsSections = [
  {
    title: "Microsoft",
    links: [
      {
        to: "/settings/connection",
        label: "Connection",
        note: "Live check of account, tenant, app, token and webhook, with instructions for each problem.",
        role: "operator",
      },
      {
        to: "/settings/reconcile",
        label: "Reconciliation",
        note: "Compares Marketdesk's copy with Microsoft's, and lists all differences that were found.",
        role: "viewer",
      },
      {
        to: "/settings/rules",
        label: "Change rules",
        note: "Which plan and seat changes by customers are accepted, for each offer and plan.",
        role: "viewer",
      },
    ],
  },
  {
    title: "Product",
    links: [
      {
        to: "/settings/offers",
        label: "Offers and plans",
        note: "Names of your offers; prices, seats, dimensions and rules of their plans, and who has them.",
        role: "viewer",
      },
      {
        to: "/settings/activation",
        label: "Activation",
        note: "When a purchase is activated: immediately, by staff, or when your product is ready.",
        role: "viewer",
      },
      {
        to: "/settings/destination",
        label: "Destination",
        note: "Where purchasers go from the landing page: a button, or your product, signed in.",
        role: "viewer",
      },
      {
        to: "/settings/questions",
        label: "Questions",
        note: "Questions that the landing page asks purchasers, for each offer and plan and in each language.",
        role: "viewer",
      },
      {
        to: "/settings/api-keys",
        label: "API keys",
        note: "Keys with which your product follows changes and confirms what it has set up.",
        role: "admin",
      },
      {
        to: "/settings/endpoints",
        label: "Endpoints",
        note: "Addresses of your product to which events are sent, signed and in order.",
        role: "admin",
      },
      {
        to: "/settings/messages",
        label: "Messages",
        note: "All messages to your endpoints, staff and purchasers, each with its state and all attempts.",
        role: "admin",
      },
    ],
  },
  {
    title: "Customers",
    links: [
      {
        to: "/settings/automations",
        label: "Automations",
        note: "What Marketdesk does when an event happens or a subscription begins to match filters.",
        role: "viewer",
      },
      {
        to: "/settings/branding",
        label: "Branding",
        note: "Name, logo, color, texts and support contact of the landing page, for each offer.",
        role: "viewer",
      },
      {
        to: "/settings/purchaser-mails",
        label: "Purchaser emails",
        note: "Emails about a purchase and its payment: which are sent, and their texts in each language.",
        role: "viewer",
      },
      {
        to: "/settings/retention",
        label: "Data retention",
        note: "How long webhook deliveries, calls and contacts of ended subscriptions are kept.",
        role: "viewer",
      },
      {
        to: "/settings/people",
        label: "Personal data",
        note: "Export or erase all data about one person.",
        role: "admin",
      },
    ],
  },
  {
    title: "People",
    links: [
      {
        to: "/settings/notifications",
        label: "Notifications",
        note: "What you are notified of, where and how often.",
        role: "viewer",
      },
      {
        to: "/settings/channels",
        label: "Channels",
        note: "Email, Teams and Slack: where messages to staff go, and who is notified next.",
        role: "admin",
      },
      {
        to: "/settings/reasons",
        label: "Reasons",
        note: "The reasons that staff choose from when they change, reject or cancel something.",
        role: "viewer",
      },
      {
        to: "/settings/cancellations",
        label: "Cancellations",
        note: "Whether a cancellation needs a second person's approval.",
        role: "viewer",
      },
      {
        to: "/settings/security",
        label: "Security",
        note: "Your sessions, and requests that were rejected.",
        role: "viewer",
      },
      {
        to: "/settings/policy-changes",
        label: "Policy changes",
        note: "Changes that weaken a protective policy and need a second admin's approval.",
        role: "viewer",
      },
      {
        to: "/settings/staff",
        label: "Staff",
        note: "Everyone who has signed in and their roles. Block or unblock access here.",
        role: "admin",
      },
    ],
  },
] as const satisfies { title: string; links: SettingsLink[] }[];
