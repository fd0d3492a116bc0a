import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { maxSearchLength, searchTooLong } from "../../shared/search-limits.ts";
import { SearchResults, resultsSummary, groupsOf, showAllOption } from "./search-results.tsx";
import type { FoundOption } from "./search-results.tsx";
import { trpc } from "../trpc.ts";

const pauseMs = 60;
/** Shorter queries match too much. */
const minLength = 3;

/** The global search: suggests results while typing, and opens the list page on Enter. */
export function SearchField() {
  const field = useRef<HTMLInputElement>(null);
  const asked = useRouterState({
    select: ({ location }) =>
      location.pathname === "/subscriptions" ? ((location.search as { q?: string }).q ?? "") : "",
  });
  const [typed, setTyped] = useState(asked);
  const [isOpen, setOpen] = useState(false);
  /** The option selected with the arrow keys, if any. */
  const [highlightedKey, setHighlightedKey] = useState<string | null>(null);
  const id = useId();
  const text = typed.trim();
  const isTooLong = text.length > maxSearchLength;
  const isShown = isOpen && text.length >= minLength;
  const { groups, exactKey, isAnswered, error } = useFound(text, isShown && !isTooLong);
  const last = showAllOption(text);
  const options = [...groups.flatMap((group) => group.options), last];
  const activeKey = options.find(({ key }) => key === highlightedKey)?.key ?? exactKey;
  const { search, openTyped } = useSubmit(() => field.current?.blur());

  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(asked);
  }, [asked]);
  useEffect(() => {
    if (isShown && activeKey !== null)
      document.getElementById(`${id}-list-${activeKey}`)?.scrollIntoView({ block: "nearest" });
  }, [isShown, activeKey, id]);
  useHotkeys([
    ["/", enter],
    ["mod+K", enter],
  ]);

  function enter() {
    field.current?.focus();
    field.current?.select();
  }

  function close() {
    setOpen(false);
    setHighlightedKey(null);
  }

  function type(value: string) {
    setTyped(value);
    setHighlightedKey(null);
    setOpen(true);
    if (value === "" && asked !== "") search("");
  }

  function submit() {
    if (isTooLong) return setOpen(true);
    if (isShown && activeKey !== null) document.getElementById(`${id}-list-${activeKey}`)?.click();
    else if (text.length >= minLength) void openTyped(text);
    else search(text);
    close();
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "Escape" && isShown) {
      // The browser would also clear the field.
      event.preventDefault();
      return close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (isShown) setHighlightedKey(nextOptionKey(options, activeKey, event.key === "ArrowDown" ? 1 : -1));
    else setOpen(true);
  }

  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <IconSearch size={16} aria-hidden />
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label="Search by name, email, company or ID"
        aria-expanded={isShown}
        aria-controls={isShown ? `${id}-list` : undefined}
        aria-activedescendant={isShown && activeKey !== null ? `${id}-list-${activeKey}` : undefined}
        aria-autocomplete="list"
        placeholder="Name, email, company or ID"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <kbd aria-hidden>/</kbd>
      {isShown && (
        <div className="find" data-state={isAnswered ? "answered" : "asking"}>
          {(isTooLong || (error ?? (isAnswered && groups.length === 0))) && (
            <p className="find-note">
              {isTooLong
                ? searchTooLong
                : (error ??
                  `No results for “${typed.trim()}”. Try a name, email, company, plan, or the start of an ID.`)}
            </p>
          )}
          <SearchResults
            id={`${id}-list`}
            groups={groups}
            last={last}
            activeKey={activeKey}
            onOpen={() => {
              close();
              field.current?.blur();
            }}
          />
        </div>
      )}
      <span className="sr-only" role="status">
        {isShown && isTooLong ? searchTooLong : isShown && isAnswered ? resultsSummary(groups) : ""}
      </span>
    </form>
  );
}

/** The results for the text; the previous ones stay visible while the next load. */
function useFound(text: string, isWanted: boolean) {
  const [asked] = useDebouncedValue(text, pauseMs);
  const found = useQuery(
    trpc.find.all.queryOptions(
      { q: asked },
      { enabled: isWanted && asked.length >= minLength, placeholderData: keepPreviousData },
    ),
  );
  const isAnswered = found.data !== undefined && !found.isPlaceholderData && asked === text;
  const exact = isAnswered ? found.data?.exact : null;
  return {
    groups: found.data ? groupsOf(found.data) : [],
    exactKey: exact ? `${exact.kind}-${exact.id}` : null,
    isAnswered,
    error: found.error && !found.data ? "The search did not respond. Press Enter to open the list." : null,
  };
}

/** Where Enter leads without a selected option. */
function useSubmit(leave: () => void) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const isOnList = useRouterState({ select: ({ location }) => location.pathname === "/subscriptions" });

  function search(text: string) {
    const q = text || undefined;
    void navigate({
      to: "/subscriptions",
      search: (before) => (isOnList ? { ...(before as SubscriptionFilters), q, cursor: undefined } : { q }),
      replace: isOnList,
    });
  }

  /** Pasting an ID and pressing Enter immediately opens what the ID names. */
  async function openTyped(text: string) {
    const found = await queryClient.ensureQueryData(trpc.find.all.queryOptions({ q: text })).catch(() => null);
    if (!found?.exact) return search(text);
    const { kind, id } = found.exact;
    const to = {
      subscription: "/subscriptions/$id",
      operation: "/operations/$id",
      delivery: "/deliveries/$id",
    } as const;
    leave();
    void navigate({ to: to[kind], params: { id } });
  }

  return { search, openTyped };
}

/** The next or previous option, wrapping around. */
function nextOptionKey(options: FoundOption[], key: string | null, step: number): string | null {
  const at = options.findIndex((option) => option.key === key);
  const next = at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length;
  return options[next]?.key ?? null;
}
