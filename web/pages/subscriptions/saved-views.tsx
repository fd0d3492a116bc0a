import { TextInput } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { BoundedCount, SavedViewView } from "../../../shared/views/subscriptions.ts";
import { Button } from "../../components/button.tsx";
import { useTextDraft } from "../../components/use-draft.ts";
import { CheckBox } from "../../components/check-box.tsx";
import { announce } from "../../shell/announce.tsx";
import { Dropdown } from "../../components/dropdown.tsx";
import { formatNumber } from "../../text/format.ts";
import { fieldProblems, messageOf } from "../../text/call-errors.ts";
import { useSlowAnswer } from "../../live/use-slow-answer.ts";
import { client, trpc } from "../../trpc.ts";
import { readyMadeViews } from "./ready-made-views.ts";
import { isSameView, viewFilters } from "../../components/subscription-filters/active-filters.ts";
import * as styles from "./subscriptions.module.css";

/** The router would mark all views as the current page, because their URLs differ only in the query. */
const thisViewOnly = { exact: true, includeSearch: true };

/** All views, and the one that matches the current filters. */
export function useViews(filters: SubscriptionFilters) {
  const views = useQuery(trpc.views.list.queryOptions());
  const shown = views.data ?? [];
  return { shown, current: shown.find((view) => isSameView(view.filters, viewFilters(filters))) };
}

/** Ready-made and saved views: the person's own and those shared by colleagues. */
export function SavedViews({ filters }: { filters: SubscriptionFilters }) {
  const { shown, current } = useViews(filters);
  const counts = useQuery(trpc.views.counts.queryOptions(undefined, { enabled: shown.length > 0, staleTime: 60_000 }));
  useSlowAnswer(trpc.views.counts.pathFilter(), "subscriptions.list");
  return (
    <div className={styles.views}>
      <ul aria-label="Views">
        {readyMadeViews.map(({ name, filters: own }) => (
          <li key={name}>
            <Link
              to="/subscriptions"
              search={own}
              className={styles.view}
              preload={false}
              aria-current={isSameView(own, viewFilters(filters)) ? "page" : undefined}
              activeOptions={thisViewOnly}
            >
              {name}
            </Link>
          </li>
        ))}
        {shown.map((view) => (
          <li key={view.id}>
            <ViewLink view={view} isCurrent={view === current} count={counts.data?.find(({ id }) => id === view.id)} />
          </li>
        ))}
      </ul>
      {current && <ManageView key={current.id} view={current} />}
    </div>
  );
}

type ViewLinkProps = { view: SavedViewView; isCurrent: boolean; count: BoundedCount | undefined };

function ViewLink({ view, isCurrent, count }: ViewLinkProps) {
  return (
    <Link
      to="/subscriptions"
      search={view.filters}
      className={styles.view}
      preload={false}
      title={view.isShared ? `Shared by ${view.isMine ? "you" : view.ownerName}` : "Only you can see this view"}
      aria-current={isCurrent ? "page" : undefined}
      activeOptions={thisViewOnly}
    >
      {view.name}
      {count && (
        <span className={styles.viewCount}>
          {formatNumber(count.count)}
          {count.isMore ? "+" : ""}
        </span>
      )}
      {view.isShared && (
        <>
          <IconUsers size={13} aria-hidden />
          <span className="sr-only">, shared</span>
        </>
      )}
    </Link>
  );
}

/** Shared by all changes of views: refreshes the list. */
function useViewMutation() {
  const queryClient = useQueryClient();
  return { onSuccess: () => queryClient.invalidateQueries(trpc.views.pathFilter()) };
}

/** Saves the current filters as a view; renders nothing if a view has them already. */
export function SaveView({ filters }: { filters: SubscriptionFilters }) {
  const { shown, current } = useViews(filters);
  const [name, setName] = useTextDraft("saved view");
  const [isShared, setShared] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const me = useQuery(trpc.me.get.queryOptions());
  const canShare = includesRole(me.data?.role ?? "viewer", "operator");
  const changed = useViewMutation();
  const create = useMutation(trpc.views.create.mutationOptions(changed));
  const change = useMutation(trpc.views.change.mutationOptions(changed));
  const share = useMutation(trpc.views.share.mutationOptions(changed));
  const former = shown.find((view) => view.isMine && view.name.toLowerCase() === name.trim().toLowerCase());

  if (current) return null;

  async function save(close: () => void) {
    const input = { name, filters: viewFilters(filters) };
    try {
      if (former) {
        const { id, name: formerName, filters: formerFilters } = former;
        await change.mutateAsync({ id, ...input });
        announce("View saved", () => client.views.change.mutate({ id, name: formerName, filters: formerFilters }));
      } else {
        const { id } = await create.mutateAsync(input);
        if (isShared) await share.mutateAsync({ id, isShared });
        announce(isShared ? "View saved and shared with the team" : "View saved", () =>
          client.views.remove.mutate({ id }),
        );
      }
      setName("");
      setShared(false);
      setProblem(null);
      close();
    } catch (error) {
      setProblem(fieldProblems(error)["name"] ?? messageOf(error, true));
    }
  }

  return (
    <Dropdown label="Save view" title="Save view">
      {(close) => (
        <form
          className={styles.viewForm}
          onSubmit={(event) => {
            event.preventDefault();
            void save(close);
          }}
        >
          <TextInput
            size="xs"
            label="Name"
            description="Saves the current filters and sorting. Only you can see it until you share it."
            data-autofocus
            maxLength={60}
            value={name}
            error={problem}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {canShare && !former && <CheckBox label="Share with team" isChecked={isShared} onChange={setShared} />}
          <Button type="submit" size="compact-sm" loading={create.isPending || change.isPending || share.isPending}>
            {former ? `Replace “${former.name}”` : "Save"}
          </Button>
        </form>
      )}
    </Dropdown>
  );
}

async function restoreView({ name, filters, isShared }: SavedViewView): Promise<void> {
  const { id } = await client.views.create.mutate({ name, filters });
  if (isShared) await client.views.share.mutate({ id, isShared });
}

function ManageView({ view }: { view: SavedViewView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const onError = (error: unknown) => announce(messageOf(error, true));
  const { id, isShared } = view;
  const { onSuccess } = useViewMutation();
  const share = useMutation(
    trpc.views.share.mutationOptions({
      async onSuccess() {
        announce(isShared ? "View is private again" : "View shared with the team", () =>
          client.views.share.mutate({ id, isShared }),
        );
        await onSuccess();
      },
      onError,
    }),
  );
  const remove = useMutation(
    trpc.views.remove.mutationOptions({
      async onSuccess() {
        // No undo for a colleague's view: it would be restored as one's own.
        announce("View deleted", view.isMine ? () => restoreView(view) : undefined);
        await onSuccess();
      },
      onError,
    }),
  );
  const role = me.data?.role ?? "viewer";
  const isOperator = includesRole(role, "operator");
  const canChange = view.isShared ? isOperator && (view.isMine || role === "admin") : view.isMine;
  if (!canChange) return null;
  return (
    <Dropdown label="Manage view" title={`Manage view ${view.name}`}>
      {(close) => (
        <div className={styles.viewForm}>
          {isOperator && (
            <Button
              variant="default"
              size="compact-sm"
              loading={share.isPending}
              onClick={() => share.mutate({ id, isShared: !isShared }, { onSettled: close })}
            >
              {isShared ? "Stop sharing" : "Share with team"}
            </Button>
          )}
          <Button
            variant="default"
            size="compact-sm"
            loading={remove.isPending}
            onClick={() => remove.mutate({ id }, { onSettled: close })}
          >
            Delete view
          </Button>
        </div>
      )}
    </Dropdown>
  );
}
