import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { includesRole, type Role } from "../../shared/roles.ts";
import type { WebhookHealthView } from "../../shared/views/overview.ts";
import { trpc } from "../trpc.ts";
import * as statusStyles from "../components/status.module.css";
import * as styles from "./webhook-health.module.css";

const pollIntervalMs = 60_000;

const stateLabels: Record<WebhookHealthView["state"], { label: string; tone: string }> = {
  good: { label: "Webhook healthy", tone: "good" },
  warning: { label: "Webhook warning", tone: "warn" },
  bad: { label: "Webhook failing", tone: "bad" },
  refused: { label: "Microsoft rejects our calls", tone: "bad" },
  away: { label: "Microsoft unreachable", tone: "bad" },
  unused: { label: "No webhook calls yet", tone: "quiet" },
};

/** The state of the webhook, with a link to the page that explains it. */
export function WebhookHealth({ role }: { role: Role }) {
  const health = useQuery(
    trpc.overview.health.queryOptions(undefined, { refetchInterval: pollIntervalMs, staleTime: pollIntervalMs }),
  );
  if (!health.data) return null;
  const { state, words } = health.data;
  const { label, tone } = stateLabels[state];
  return (
    <Link
      to={includesRole(role, "operator") ? "/settings/connection" : "/deliveries"}
      className={styles.webhookHealth}
      data-tone={tone}
      title={words}
      activeProps={{ "aria-current": undefined }}
    >
      <span className={statusStyles.dot} aria-hidden />
      <span className={styles.webhookHealthWord}>{label}</span>
    </Link>
  );
}
