/** The options of the search field: results, pages and actions. Loaded when the field is first used. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useImperativeHandle, useRef, useState } from "react";
import type { Ref } from "react";
import { maxSearchLength, searchTooLong } from "../../shared/search-limits.ts";
import { trpc } from "../trpc.ts";
import { actionGroups } from "./palette-actions.tsx";
import { placeGroups } from "./palette-places.ts";
import type { FoundOption } from "./found-options.tsx";
import {
  type FoundGroup,
  groupsOf,
  recentGroup,
  resultsSummary,
  SearchResults,
  showAllOption,
} from "./search-results.tsx";
import { readVisits } from "./recent.ts";
import * as searchStyles from "./search.module.css";

const pauseMs = 60;
/** Shorter queries match too much. */
const minLength = 3;

export type PaletteHandle = {
  /** Selects the next (1) or previous (-1) option. */
  move(step: number): void;
  /** Opens the selected option. `waits`: opens the typed action when the search results for its subject arrive. */
  open(): "opened" | "waits" | "none";
};

type Props = {
  id: string;
  text: string;
  handle: Ref<PaletteHandle>;
  /** The id of the selected option's element. */
  onActive(elementId: string | null): void;
  onOpen(): void;
};

export function Palette({ id, text, handle, onActive, onOpen }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [selectedKey, select] = useState<{ key: string; text: string } | null>(null);
  /** The text whose action is opened when its search results arrive. */
  const awaited = useRef<string>(null);
  const isTooLong = text.length > maxSearchLength;
  const { actions, about } = useActions(text);
  const places = usePlaces(text);
  const searched = about ?? text;
  const found = useFound(searched, !isTooLong);
  const isSearched = searched.length >= minLength;
  const recent = me.data && !isSearched ? recentGroup(readVisits(me.data.id), text) : [];
  // An action is offered only for results of the current text, never for those of an earlier text.
  const actionsFound = actions(about === null || found.isAnswered ? found.view : undefined);
  const groups = [...actionsFound, ...(about === null ? [...recent, ...found.groups, ...places] : [])];
  const last = isSearched && about === null ? showAllOption(text) : null;
  const options = [...groups.flatMap((group) => group.options), ...(last ? [last] : [])];
  const chosen = selectedKey?.text === text ? options.find(({ key }) => key === selectedKey.key) : undefined;
  const activeKey = chosen?.key ?? (about === null ? found.exactKey : (actionsFound[0]?.options[0]?.key ?? null));
  const elementId = activeKey === null ? null : `${id}-${activeKey}`;

  useEffect(() => onActive(elementId), [onActive, elementId]);
  useEffect(() => {
    if (elementId !== null) document.getElementById(elementId)?.scrollIntoView({ block: "nearest" });
  }, [elementId]);
  useImperativeHandle(handle, () => ({
    move(step) {
      const key = nextOptionKey(options, activeKey, step);
      select(key === null ? null : { key, text });
    },
    open() {
      if (elementId !== null) {
        document.getElementById(elementId)?.click();
        return "opened";
      }
      if (about === null || !isSearched || found.isAnswered || found.error !== null) return "none";
      awaited.current = text;
      return "waits";
    },
  }));
  useEffect(() => {
    if (awaited.current === null) return;
    const isCurrent = awaited.current === text && found.error === null;
    if (isCurrent && !found.isAnswered) return;
    awaited.current = null;
    if (isCurrent && elementId !== null) document.getElementById(elementId)?.click();
  }, [text, found.isAnswered, found.error, elementId]);

  const note = hintFor({
    isTooLong,
    isSearched,
    isAnswered: found.isAnswered,
    error: found.error,
    text,
    options,
    groups,
  });
  return (
    <div className={searchStyles.find} data-state={found.isAnswered || !isSearched ? "answered" : "asking"}>
      {note && <p className={searchStyles.findNote}>{note}</p>}
      <SearchResults id={id} groups={groups} last={last} activeKey={activeKey} onOpen={onOpen} />
      <span className="sr-only" role="status">
        {isTooLong ? searchTooLong : !isSearched || found.isAnswered ? resultsSummary(groups) : ""}
      </span>
    </div>
  );
}

function hintFor(state: {
  isTooLong: boolean;
  isSearched: boolean;
  isAnswered: boolean;
  error: string | null;
  text: string;
  options: FoundOption[];
  groups: FoundGroup[];
}): string | null {
  const { isTooLong, isSearched, isAnswered, error, text, options, groups } = state;
  if (isTooLong) return searchTooLong;
  if (error !== null) return error;
  if (isSearched && isAnswered && groups.length === 0)
    return `No results for “${text}”. Try a name, email, company, plan, or the start of an ID.`;
  return options.length === 0 ? "Type a name, email, company or ID, the name of a page, or an action." : null;
}

/** The actions that the text names, and the subject that it gives them; null if it names none. */
function useActions(text: string) {
  const me = useQuery(trpc.me.get.queryOptions());
  const role = me.data?.role ?? "viewer";
  const { pathname } = useLocation();
  const current = /^\/subscriptions\/([^/]+)$/.exec(pathname)?.[1];
  const subscription = useQuery(
    trpc.subscriptions.get.queryOptions({ id: decodeURIComponent(current ?? "") }, { enabled: current !== undefined }),
  );
  const needs = useQuery(trpc.needs.list.queryOptions({}, { enabled: role !== "viewer", staleTime: 60_000 }));
  return actionGroups({
    text,
    role,
    current: current === undefined ? null : (subscription.data ?? null),
    needs: needs.data?.needs ?? [],
  });
}

function usePlaces(text: string) {
  const me = useQuery(trpc.me.get.queryOptions());
  const views = useQuery(trpc.views.list.queryOptions(undefined, { staleTime: 60_000 }));
  return placeGroups(text, me.data?.role ?? "viewer", views.data ?? []);
}

/** The results for the text; the previous ones stay visible while the next load. */
function useFound(text: string, isAllowed: boolean) {
  const [asked] = useDebouncedValue(text, pauseMs);
  const isWanted = isAllowed && text.length >= minLength;
  const found = useQuery(
    trpc.find.all.queryOptions(
      { q: asked },
      { enabled: isWanted && asked.length >= minLength, placeholderData: keepPreviousData },
    ),
  );
  const view = isWanted ? found.data : undefined;
  const isAnswered = view !== undefined && !found.isPlaceholderData && asked === text;
  const exact = isAnswered ? view.exact : null;
  return {
    view,
    groups: view ? groupsOf(view) : [],
    exactKey: exact ? `${exact.kind}-${exact.id}` : null,
    isAnswered,
    error: found.error && !found.data ? "The search did not respond. Press Enter to open the list." : null,
  };
}

/** The next or previous option, wrapping around. */
function nextOptionKey(options: FoundOption[], key: string | null, step: number): string | null {
  const at = options.findIndex((option) => option.key === key);
  const next = at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length;
  return options[next]?.key ?? null;
}
