import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { includesRole, type Role } from "../../shared/roles.ts";
import type { WebhookHealthView } from "../../shared/views/overview.ts";
import { trpc } from "../trpc.ts";
import "./webhook-health.css";

const everyMs = 60_000;

const looks: Record<WebhookHealthView["state"], { word: string; tone: string }> = {
  good: { word: "Webhook healthy", tone: "good" },
  warning: { word: "Webhook needs a look", tone: "warn" },
  bad: { word: "Webhook in trouble", tone: "bad" },
  refused: { word: "Microsoft refuses our calls", tone: "bad" },
  away: { word: "Microsoft unreachable", tone: "bad" },
  unused: { word: "Webhook not called yet", tone: "quiet" },
};

/** How the webhook is, on every page; the way to what helps. */
export function WebhookHealth({ role }: { role: Role }) {
  const health = useQuery(
    trpc.overview.health.queryOptions(undefined, { refetchInterval: everyMs, staleTime: everyMs }),
  );
  if (!health.data) return null;
  const { state, words } = health.data;
  const { word, tone } = looks[state];
  return (
    <Link
      to={includesRole(role, "operator") ? "/settings/connection" : "/deliveries"}
      className="webhook-health"
      data-tone={tone}
      title={words}
      activeProps={{ "aria-current": undefined }}
    >
      <span className="dot" aria-hidden />
      <span className="webhook-health-word">{word}</span>
    </Link>
  );
}
